package main

import (
	"context"
	"fmt"
	"log"
	"math/rand"
	"sync"
	"syscall"
	"time"

	"go.etcd.io/etcd/clientv3"
)

type failoverResult struct {
	Killed         int   `json:"killed"`
	FailoverMicros int64 `json:"failoverMicros"`
	LongestMicros  int64 `json:"longestMicros"`
	Failed         int   `json:"failed"`
}

// Begins a put every 10 ms, whatever became of those before; kills the leader's process, and waits until a write is accepted
// that was begun after that. Those that wait longer than a second more have failed.
func failover(endpoints []string, pids []int, value string) failoverResult {
	outcome := failoverResult{Killed: settledLeader(endpoints)}
	client := connect(endpoints)
	defer client.Close()
	var lock sync.Mutex
	var underWay sync.WaitGroup
	var killedAt time.Time
	accepted := make(chan time.Time, 1)
	ctx, giveUp := context.WithCancel(context.Background())
	defer giveUp()
	write := func() {
		defer underWay.Done()
		begun := time.Now()
		_, err := client.Put(ctx, fmt.Sprintf("paced-%d", rand.Intn(10000)), value)
		now := time.Now()
		lock.Lock()
		defer lock.Unlock()
		if err != nil {
			outcome.Failed++
			return
		}
		if took := now.Sub(begun).Microseconds(); took > outcome.LongestMicros {
			outcome.LongestMicros = took
		}
		if killedAt.IsZero() || begun.Before(killedAt) {
			return
		}
		select {
		case accepted <- now:
		default:
		}
	}
	ticker := time.NewTicker(10 * time.Millisecond)
	kill := time.After(500 * time.Millisecond)
	for {
		select {
		case <-ticker.C:
			underWay.Add(1)
			go write()
		case <-kill:
			if err := syscall.Kill(pids[outcome.Killed], syscall.SIGKILL); err != nil {
				log.Fatal(err)
			}
			lock.Lock()
			killedAt = time.Now()
			lock.Unlock()
		case at := <-accepted:
			ticker.Stop()
			outcome.FailoverMicros = at.Sub(killedAt).Microseconds()
			time.AfterFunc(time.Second, giveUp)
			underWay.Wait()
			return outcome
		}
	}
}

// Which of the endpoints leads, once it and all the others are up and have caught up with it.
func settledLeader(endpoints []string) int {
	client := connect(endpoints)
	defer client.Close()
	var toReach uint64
	for deadline := time.Now().Add(5 * time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		leader, behind := -1, false
		applied := make([]uint64, len(endpoints))
		for index, endpoint := range endpoints {
			status := statusOf(client, endpoint)
			if status == nil {
				behind = true
				continue
			}
			applied[index] = status.RaftAppliedIndex
			if status.Leader == status.Header.MemberId {
				leader = index
			}
		}
		if leader == -1 {
			continue
		}
		if toReach == 0 {
			toReach = applied[leader]
		}
		for _, index := range applied {
			behind = behind || index < toReach
		}
		if !behind {
			return leader
		}
	}
	log.Fatal("the members did not settle")
	return -1
}

func statusOf(client *clientv3.Client, endpoint string) *clientv3.StatusResponse {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	status, err := client.Status(ctx, endpoint)
	if err != nil {
		return nil
	}
	return status
}
