package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// Sends spans as JSON over HTTP, packed with gzip: Debian's package of the SDK has no exporter for OTLP.
type exporter struct{ url string }

type object = map[string]interface{}

func (e *exporter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	var groups []object
	for _, span := range spans {
		groups = append(groups, object{
			"resource": object{"attributes": keyValues(span.Resource().Attributes())},
			"scopeSpans": []object{{
				"scope": object{"name": span.InstrumentationLibrary().Name},
				"spans": []object{spanObject(span)},
			}},
		})
	}
	body, err := json.Marshal(object{"resourceSpans": groups})
	if err != nil {
		return err
	}
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	writer.Write(body)
	writer.Close()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url, &packed)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Content-Encoding", "gzip")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the receiver answered %s", response.Status)
	}
	return nil
}

func (e *exporter) Shutdown(context.Context) error { return nil }

func spanObject(span sdktrace.ReadOnlySpan) object {
	var events, links []object
	for _, event := range span.Events() {
		events = append(events, object{
			"timeUnixNano": nanos(event.Time), "name": event.Name, "attributes": keyValues(event.Attributes),
		})
	}
	for _, link := range span.Links() {
		links = append(links, object{
			"traceId": link.SpanContext.TraceID().String(), "spanId": link.SpanContext.SpanID().String(),
		})
	}
	parent := ""
	if span.Parent().SpanID().IsValid() {
		parent = span.Parent().SpanID().String()
	}
	status := object{"message": span.Status().Description}
	switch span.Status().Code {
	case codes.Ok:
		status["code"] = 1
	case codes.Error:
		status["code"] = 2
	}
	return object{
		"traceId": span.SpanContext().TraceID().String(), "spanId": span.SpanContext().SpanID().String(),
		"parentSpanId": parent, "name": span.Name(), "kind": int(span.SpanKind()),
		"startTimeUnixNano": nanos(span.StartTime()), "endTimeUnixNano": nanos(span.EndTime()),
		"attributes": keyValues(span.Attributes()), "events": events, "links": links, "status": status,
	}
}

func nanos(at time.Time) string { return strconv.FormatInt(at.UnixNano(), 10) }

func keyValues(attributes []attribute.KeyValue) []object {
	list := []object{}
	for _, each := range attributes {
		list = append(list, object{"key": string(each.Key), "value": anyValue(each.Value)})
	}
	return list
}

func anyValue(value attribute.Value) object {
	switch value.Type() {
	case attribute.BOOL:
		return object{"boolValue": value.AsBool()}
	case attribute.INT64:
		return object{"intValue": strconv.FormatInt(value.AsInt64(), 10)}
	case attribute.FLOAT64:
		return object{"doubleValue": value.AsFloat64()}
	case attribute.STRINGSLICE:
		values := []object{}
		for _, each := range value.AsStringSlice() {
			values = append(values, object{"stringValue": each})
		}
		return object{"arrayValue": object{"values": values}}
	default:
		return object{"stringValue": value.Emit()}
	}
}
