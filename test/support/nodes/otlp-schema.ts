/**
 * The part of the protobuf definition of OTLP traces that is sent here (opentelemetry-proto 1.x: collector/trace/v1, trace/v1,
 * common/v1, resource/v1), by the names, numbers and types of its fields. A JSON body with any other key, or with a value of
 * another type, is refused by the protobuf library.
 */
import { createFileRegistry, type DescMessage, fromJson, type JsonValue } from '@bufbuild/protobuf'
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt'

type Field = readonly [name: string, number: number, type: string, many?: true]

const MESSAGES: Readonly<Record<string, readonly Field[]>> = {
  ExportTraceServiceRequest: [['resource_spans', 1, 'ResourceSpans', true]],
  ResourceSpans: [
    ['resource', 1, 'Resource'],
    ['scope_spans', 2, 'ScopeSpans', true],
    ['schema_url', 3, 'STRING'],
  ],
  Resource: [
    ['attributes', 1, 'KeyValue', true],
    ['dropped_attributes_count', 2, 'UINT32'],
  ],
  ScopeSpans: [
    ['scope', 1, 'InstrumentationScope'],
    ['spans', 2, 'Span', true],
    ['schema_url', 3, 'STRING'],
  ],
  InstrumentationScope: [
    ['name', 1, 'STRING'],
    ['version', 2, 'STRING'],
    ['attributes', 3, 'KeyValue', true],
    ['dropped_attributes_count', 4, 'UINT32'],
  ],
  Span: [
    ['trace_id', 1, 'BYTES'],
    ['span_id', 2, 'BYTES'],
    ['trace_state', 3, 'STRING'],
    ['parent_span_id', 4, 'BYTES'],
    ['name', 5, 'STRING'],
    ['kind', 6, 'SpanKind'],
    ['start_time_unix_nano', 7, 'FIXED64'],
    ['end_time_unix_nano', 8, 'FIXED64'],
    ['attributes', 9, 'KeyValue', true],
    ['dropped_attributes_count', 10, 'UINT32'],
    ['dropped_events_count', 12, 'UINT32'],
    ['dropped_links_count', 14, 'UINT32'],
    ['status', 15, 'Status'],
    ['flags', 16, 'FIXED32'],
  ],
  Status: [
    ['message', 2, 'STRING'],
    ['code', 3, 'StatusCode'],
  ],
  KeyValue: [
    ['key', 1, 'STRING'],
    ['value', 2, 'AnyValue'],
  ],
  AnyValue: [
    ['string_value', 1, 'STRING'],
    ['bool_value', 2, 'BOOL'],
    ['int_value', 3, 'INT64'],
    ['double_value', 4, 'DOUBLE'],
    ['bytes_value', 7, 'BYTES'],
  ],
}
const ENUMS: Readonly<Record<string, readonly string[]>> = {
  SpanKind: [
    'SPAN_KIND_UNSPECIFIED',
    'SPAN_KIND_INTERNAL',
    'SPAN_KIND_SERVER',
    'SPAN_KIND_CLIENT',
    'SPAN_KIND_PRODUCER',
    'SPAN_KIND_CONSUMER',
  ],
  StatusCode: ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'],
}

function fieldOf([name, number, type, many]: Field): JsonValue {
  const kind = type in MESSAGES ? 'MESSAGE' : type in ENUMS ? 'ENUM' : type
  return {
    name,
    jsonName: name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    number,
    label: many ? 'LABEL_REPEATED' : 'LABEL_OPTIONAL',
    type: `TYPE_${kind}`,
    ...(kind === type ? {} : { typeName: `.otlp.${type}` }),
  }
}

const registry = createFileRegistry(
  fromJson(FileDescriptorSetSchema, {
    file: [
      {
        name: 'otlp.proto',
        package: 'otlp',
        syntax: 'proto3',
        messageType: Object.entries(MESSAGES).map(([name, fields]) => ({
          name,
          field: fields.map((field) => ({
            ...(fieldOf(field) as object),
            ...(name === 'AnyValue' ? { oneofIndex: 0 } : {}),
          })),
          ...(name === 'AnyValue' ? { oneofDecl: [{ name: 'value' }] } : {}),
        })) as JsonValue,
        enumType: Object.entries(ENUMS).map(([name, values]) => ({
          name,
          value: values.map((word, number) => ({ name: word, number })),
        })),
      },
    ],
  }),
)
const request: DescMessage = registry.getMessage('otlp.ExportTraceServiceRequest')!

const ID_KEYS: Readonly<Record<string, number>> = { traceId: 32, spanId: 16, parentSpanId: 16 }

/** @throws Error with the first thing in which `json` is no ExportTraceServiceRequest as OTLP writes it in JSON */
export function checkOtlpTraces(json: JsonValue): void {
  fromJson(request, withBase64Ids(json))
}

/** OTLP writes ids as hexadecimal digits where protobuf's own JSON has base64, and enums as numbers alone. */
function withBase64Ids(value: JsonValue, key = ''): JsonValue {
  if (Array.isArray(value)) return value.map((item) => withBase64Ids(item))
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withBase64Ids(inner, name)]))
  }
  const digits = ID_KEYS[key]
  if (digits !== undefined) {
    if (typeof value !== 'string' || !new RegExp(`^[0-9a-f]{${digits}}$`).test(value) || /^0+$/.test(value)) {
      throw new Error(`${key} is no id of ${digits} hexadecimal digits`)
    }
    return Buffer.from(value, 'hex').toString('base64')
  }
  if ((key === 'kind' || key === 'code') && typeof value !== 'number') throw new Error(`${key} is no number`)
  if (key === 'intValue' && typeof value !== 'string') throw new Error('a 64-bit integer is decimal text')
  if (key.endsWith('UnixNano') && typeof value !== 'string') throw new Error('a time is decimal text')
  return value
}
