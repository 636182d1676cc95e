package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// Makes two spans of which everything is known, and returns their ids.
func knownSpans(tracer trace.Tracer) string {
	start := time.Unix(1700000000, 123456789)
	parent, server := tracer.Start(context.Background(), "PUT /stock/{item}",
		trace.WithSpanKind(trace.SpanKindServer), trace.WithTimestamp(start),
		trace.WithAttributes(
			attribute.String("http.method", "PUT"), attribute.Int64("item", -42),
			attribute.Float64("ratio", 0.25), attribute.Bool("cached", true),
			attribute.StringSlice("tags", []string{"ü", "b"})))
	_, client := tracer.Start(parent, "UPDATE stock",
		trace.WithSpanKind(trace.SpanKindClient), trace.WithTimestamp(start.Add(time.Millisecond)),
		trace.WithLinks(trace.Link{SpanContext: server.SpanContext()}),
		trace.WithAttributes(attribute.String("db.system", "postgresql"), attribute.String("db.name", "stock")))
	client.RecordError(errors.New("deadlock"))
	client.SetStatus(codes.Error, "it broke")
	client.End(trace.WithTimestamp(start.Add(3 * time.Millisecond)))
	server.End(trace.WithTimestamp(start.Add(5 * time.Millisecond)))
	return fmt.Sprintln(server.SpanContext().TraceID(), server.SpanContext().SpanID(), client.SpanContext().SpanID())
}
