//! Definitions of APIs that read like real ones: a resource with its operations, its events or its queries.

/// A REST API around `noun` (camel case, singular), as OpenAPI.
pub(super) fn openapi(title: &str, host: &str, noun: &str) -> String {
    let (path, plural, schema) = (kebab(&plural(noun)), plural(noun), pascal(noun));
    let spoken = spoken(noun);
    format!(
        r"openapi: 3.1.0
info:
  title: {title}
  version: 1.4.0
servers:
  - url: https://{host}.internal.example.com/v1
security:
  - serviceToken: []
paths:
  /{path}:
    get:
      operationId: list{plural_pascal}
      summary: List every {spoken} that the caller may see
      parameters:
        - name: pageToken
          in: query
          schema: {{ type: string }}
        - name: limit
          in: query
          schema: {{ type: integer, default: 50, maximum: 200 }}
      responses:
        '200':
          description: One page, the latest first
          content:
            application/json:
              schema:
                type: object
                required: [items]
                properties:
                  items:
                    type: array
                    items: {{ $ref: '#/components/schemas/{schema}' }}
                  nextPageToken: {{ type: string }}
    post:
      operationId: create{schema}
      summary: Create one {spoken}
      parameters:
        - name: Idempotency-Key
          in: header
          required: true
          schema: {{ type: string, maxLength: 64 }}
      requestBody:
        required: true
        content:
          application/json:
            schema: {{ $ref: '#/components/schemas/{schema}' }}
      responses:
        '201':
          description: Created
          content:
            application/json:
              schema: {{ $ref: '#/components/schemas/{schema}' }}
        '422': {{ description: A field is missing or wrong }}
  /{path}/{{id}}:
    parameters:
      - name: id
        in: path
        required: true
        schema: {{ type: string, format: uuid }}
    get:
      operationId: get{schema}
      summary: Look at one {spoken}
      responses:
        '200':
          description: Found
          content:
            application/json:
              schema: {{ $ref: '#/components/schemas/{schema}' }}
        '404': {{ description: There is none of that id }}
    patch:
      operationId: update{schema}
      summary: Change one {spoken}
      requestBody:
        required: true
        content:
          application/merge-patch+json:
            schema: {{ $ref: '#/components/schemas/{schema}' }}
      responses:
        '200': {{ description: Changed }}
        '409': {{ description: Somebody else changed it meanwhile }}
components:
  securitySchemes:
    serviceToken: {{ type: http, scheme: bearer }}
  schemas:
    {schema}:
      type: object
      required: [id, state, updatedAt]
      properties:
        id: {{ type: string, format: uuid }}
        state: {{ type: string, enum: [draft, active, closed] }}
        updatedAt: {{ type: string, format: date-time }}
        note: {{ type: string, maxLength: 500, description: Free text about the {plural_spoken} }}
",
        plural_pascal = pascal(&plural),
        plural_spoken = self::spoken(&plural),
    )
}

/// What happens to `noun`, as AsyncAPI.
pub(super) fn asyncapi(title: &str, system: &str, noun: &str) -> String {
    let (schema, spoken) = (pascal(noun), spoken(noun));
    format!(
        r"asyncapi: 3.0.0
info:
  title: {title}
  version: 2.0.0
  description: At least once and in order for each {spoken}. Use eventId to drop repeats.
defaultContentType: application/json
servers:
  production:
    host: kafka.internal.example.com:9093
    protocol: kafka-secure
channels:
  changes:
    address: {system}.v2
    messages:
      created: {{ $ref: '#/components/messages/{schema}Created' }}
      changed: {{ $ref: '#/components/messages/{schema}Changed' }}
      closed: {{ $ref: '#/components/messages/{schema}Closed' }}
operations:
  publishChanges:
    action: send
    summary: Tell everybody what happened to one {spoken}
    channel: {{ $ref: '#/channels/changes' }}
components:
  messages:
    {schema}Created:
      title: One {spoken} was created
      payload: {{ $ref: '#/components/schemas/{schema}Event' }}
    {schema}Changed:
      title: One {spoken} changed
      payload: {{ $ref: '#/components/schemas/{schema}Event' }}
    {schema}Closed:
      title: One {spoken} was closed
      payload: {{ $ref: '#/components/schemas/{schema}Event' }}
  schemas:
    {schema}Event:
      type: object
      required: [eventId, {noun}Id, at]
      properties:
        eventId: {{ type: string, format: uuid }}
        {noun}Id: {{ type: string, format: uuid }}
        at: {{ type: string, format: date-time }}
"
    )
}

/// A service around `noun`, as protocol buffers.
pub(super) fn protobuf(system: &str, noun: &str) -> String {
    let (schema, plural, spoken) = (pascal(noun), pascal(&plural(noun)), spoken(noun));
    let package = system.replace('-', "_");
    format!(
        r#"syntax = "proto3";

package northmere.{package}.v1;

import "google/protobuf/timestamp.proto";

service {plural} {{
  // Looks at one {spoken}.
  rpc Get{schema}(Get{schema}Request) returns ({schema});

  // Lists page by page.
  rpc List{plural}(List{plural}Request) returns (List{plural}Response);

  // Every change from now on.
  rpc Watch{plural}(Watch{plural}Request) returns (stream {schema});
}}

message {schema} {{
  string id = 1;
  State state = 2;
  google.protobuf.Timestamp updated_at = 3;
}}

enum State {{
  STATE_UNSPECIFIED = 0;
  STATE_DRAFT = 1;
  STATE_ACTIVE = 2;
  STATE_CLOSED = 3;
}}

message Get{schema}Request {{
  string id = 1;
}}

message List{plural}Request {{
  uint32 page_size = 1; // at most 200
  string page_token = 2;
}}

message List{plural}Response {{
  repeated {schema} items = 1;
  string next_page_token = 2;
}}

message Watch{plural}Request {{
  string after_position = 1;
}}
"#
    )
}

/// Questions about `noun`, as a GraphQL schema.
pub(super) fn graphql(noun: &str) -> String {
    let (schema, plural, spoken) = (pascal(noun), plural(noun), spoken(noun));
    format!(
        r#"scalar DateTime

type Query {{
  "One {spoken} by its id."
  {noun}(id: ID!): {schema}
  "One page, the latest first."
  {plural}(first: Int = 20, after: String, state: State): {schema}Connection!
}}

type Mutation {{
  close{schema}(id: ID!, reason: String!): {schema}!
}}

enum State {{
  DRAFT
  ACTIVE
  CLOSED
}}

type {schema} {{
  id: ID!
  state: State!
  updatedAt: DateTime!
}}

type {schema}Connection {{
  total: Int!
  nodes: [{schema}!]!
  endCursor: String
}}
"#
    )
}

/// `taxRate` → `taxRates`, `delivery` → `deliveries`.
fn plural(noun: &str) -> String {
    match noun.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{noun}s"),
    }
}

/// `taxRate` → `TaxRate`
fn pascal(noun: &str) -> String {
    let mut letters = noun.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// `taxRate` → `tax-rate`
fn kebab(noun: &str) -> String {
    joined(noun, '-')
}

/// `taxRate` → `tax rate`
pub(super) fn spoken(noun: &str) -> String {
    joined(noun, ' ')
}

fn joined(noun: &str, between: char) -> String {
    let mut out = String::with_capacity(noun.len() + 2);
    for letter in noun.chars() {
        if letter.is_ascii_uppercase() {
            out.push(between);
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}
