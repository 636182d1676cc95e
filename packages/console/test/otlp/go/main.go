// Programs that are traced with OpenTelemetry's SDK for Go: `main <receiver> known-spans|stock-service`.
package main

import (
	"context"
	"fmt"
	"os"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

func main() {
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithBatcher(&exporter{url: os.Args[1]}),
		sdktrace.WithResource(resource.NewSchemaless(
			attribute.String("service.name", "stock"),
			attribute.String("service.version", "2.0.0"),
			attribute.String("service.instance.id", "stock-1"),
			attribute.String("telemetry.sdk.language", "go"),
		)),
	)
	tracer := provider.Tracer("stock/http")
	var err error
	if os.Args[2] == "stock-service" {
		err = serveStock(tracer)
	} else {
		fmt.Print(knownSpans(tracer))
	}
	if shutdown := provider.Shutdown(context.Background()); err == nil {
		err = shutdown
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
