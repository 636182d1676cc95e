// Loads a store that speaks the etcd v3 API through etcd's own Go client, and prints what came of it as one line of JSON.
//
//	driver put   -endpoints a,b,c -flight 32 -connections 4 -seconds 3 -bytes 100
//	driver get   the same, linearizable
//	driver watch -endpoints a,b,c -watchers 1000 -seconds 3
//	driver failover -endpoints a,b,c -pids 1,2,3
//
// All requests go to the leader, but those of failover to any.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math/rand"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"go.etcd.io/etcd/clientv3"
	"go.uber.org/zap"
)

type result struct {
	Count      int     `json:"count"`
	Errors     int     `json:"errors"`
	Seconds    float64 `json:"seconds"`
	P50Micros  int64   `json:"p50Micros"`
	P99Micros  int64   `json:"p99Micros"`
	CpuSeconds float64 `json:"cpuSeconds"`
}

func main() {
	log.SetFlags(0)
	if len(os.Args) < 2 {
		log.Fatal("driver put|get|watch|failover ...")
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	endpoints := flags.String("endpoints", "127.0.0.1:2379", "")
	flight := flags.Int("flight", 32, "requests in flight")
	connections := flags.Int("connections", 1, "")
	seconds := flags.Float64("seconds", 3, "")
	bytes := flags.Int("bytes", 100, "of a value")
	keys := flags.Int("keys", 10000, "")
	watchers := flags.Int("watchers", 1000, "")
	pids := flags.String("pids", "", "of the servers, in the order of the endpoints")
	_ = flags.Parse(os.Args[2:])
	value := make([]byte, *bytes)
	rand.Read(value)

	if os.Args[1] == "failover" {
		outcome := failover(strings.Split(*endpoints, ","), numbers(*pids), string(value))
		_ = json.NewEncoder(os.Stdout).Encode(outcome)
		return
	}
	leader := findLeader(strings.Split(*endpoints, ","))
	clients := make([]*clientv3.Client, *connections)
	for index := range clients {
		clients[index] = connect([]string{leader})
		defer clients[index].Close()
	}
	length := time.Duration(*seconds * float64(time.Second))

	var outcome result
	switch os.Args[1] {
	case "put":
		text := string(value)
		outcome = repeat(clients, *flight, length, *keys, func(client *clientv3.Client, key string) error {
			_, err := client.Put(context.Background(), key, text)
			return err
		})
	case "get":
		outcome = repeat(clients, *flight, length, *keys, func(client *clientv3.Client, key string) error {
			_, err := client.Get(context.Background(), key)
			return err
		})
	case "watch":
		outcome = fanOut(clients[0], *watchers, length, string(value))
	default:
		log.Fatalf("no such load: %s", os.Args[1])
	}
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	outcome.CpuSeconds = secondsOf(usage.Utime) + secondsOf(usage.Stime)
	_ = json.NewEncoder(os.Stdout).Encode(outcome)
}

func secondsOf(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }

func numbers(list string) []int {
	var all []int
	for _, text := range strings.Split(list, ",") {
		number, err := strconv.Atoi(text)
		if err != nil {
			log.Fatal(err)
		}
		all = append(all, number)
	}
	return all
}

func connect(endpoints []string) *clientv3.Client {
	quiet := zap.NewProductionConfig()
	quiet.Level = zap.NewAtomicLevelAt(zap.FatalLevel)
	client, err := clientv3.New(clientv3.Config{Endpoints: endpoints, DialTimeout: 5 * time.Second, LogConfig: &quiet})
	if err != nil {
		log.Fatal(err)
	}
	return client
}

func findLeader(endpoints []string) string {
	client := connect(endpoints)
	defer client.Close()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		for _, endpoint := range endpoints {
			if status := statusOf(client, endpoint); status != nil && status.Leader == status.Header.MemberId {
				return endpoint
			}
		}
	}
	log.Fatal("no leader")
	return ""
}

func repeat(clients []*clientv3.Client, flight int, length time.Duration, keys int, do func(*clientv3.Client, string) error) result {
	var failed int64
	latencies := make([][]int64, flight)
	var group sync.WaitGroup
	begin := time.Now()
	for worker := 0; worker < flight; worker++ {
		group.Add(1)
		go func(worker int) {
			defer group.Done()
			random := rand.New(rand.NewSource(int64(worker)))
			client := clients[worker%len(clients)]
			for {
				start := time.Now()
				if start.Sub(begin) >= length {
					return
				}
				if err := do(client, fmt.Sprintf("key-%08d", random.Intn(keys))); err != nil {
					atomic.AddInt64(&failed, 1)
					continue
				}
				latencies[worker] = append(latencies[worker], time.Since(start).Microseconds())
			}
		}(worker)
	}
	group.Wait()
	return summarize(latencies, int(failed), time.Since(begin))
}

// Each write is timed until the last watcher has it; the next one follows at once.
func fanOut(client *clientv3.Client, watchers int, length time.Duration, value string) result {
	const key = "watched"
	arrived := make(chan struct{}, watchers)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ready := sync.WaitGroup{}
	for index := 0; index < watchers; index++ {
		ready.Add(1)
		go func() {
			events := client.Watch(ctx, key, clientv3.WithCreatedNotify())
			for response := range events {
				if response.Created {
					ready.Done()
					continue
				}
				for range response.Events {
					arrived <- struct{}{}
				}
			}
		}()
	}
	ready.Wait()
	var latencies []int64
	begin := time.Now()
	for time.Since(begin) < length {
		start := time.Now()
		if _, err := client.Put(ctx, key, value); err != nil {
			log.Fatal(err)
		}
		for index := 0; index < watchers; index++ {
			<-arrived
		}
		latencies = append(latencies, time.Since(start).Microseconds())
	}
	return summarize([][]int64{latencies}, 0, time.Since(begin))
}

func summarize(latencies [][]int64, failed int, took time.Duration) result {
	var all []int64
	for _, each := range latencies {
		all = append(all, each...)
	}
	sort.Slice(all, func(a, b int) bool { return all[a] < all[b] })
	outcome := result{Count: len(all), Errors: failed, Seconds: took.Seconds()}
	if len(all) > 0 {
		outcome.P50Micros = all[len(all)/2]
		outcome.P99Micros = all[len(all)*99/100]
	}
	return outcome
}
