package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// Answers GET /stock/<item> after 30 ms at its database, on a port of loopback that it prints; the database fails for `broken`.
// It ends when its input does.
func serveStock(tracer trace.Tracer) error {
	handle := func(response http.ResponseWriter, request *http.Request) {
		parent := propagation.TraceContext{}.Extract(request.Context(), propagation.HeaderCarrier(request.Header))
		ctx, server := tracer.Start(parent, "GET /stock/{item}", trace.WithSpanKind(trace.SpanKindServer))
		defer server.End()
		_, query := tracer.Start(ctx, "SELECT stock", trace.WithSpanKind(trace.SpanKindClient),
			trace.WithAttributes(attribute.String("db.system", "postgresql"), attribute.String("db.name", "stock")))
		time.Sleep(30 * time.Millisecond)
		if strings.HasSuffix(request.URL.Path, "/broken") {
			query.RecordError(errors.New("deadlock"))
			query.SetStatus(codes.Error, "deadlock")
			server.SetStatus(codes.Error, "")
			response.WriteHeader(http.StatusInternalServerError)
		}
		query.End()
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr())
	go http.Serve(listener, http.HandlerFunc(handle))
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}
