/** What of the public schema the commands ask for, written from its contract and not from the files of `schema/`. */
export const sdl = `
scalar Cursor
scalar Digest
scalar DateTime

type Query {
  asOf: Cursor
  imageStream(source: String, namespace: String!, name: String!): ImageStream
  imageStreamTag(source: String, namespace: String!, name: String!): ImageStreamTag
  imageStreamImage(source: String, namespace: String!, name: String!): ImageStreamImage
}

type Mutation {
  tagImageStream(input: TagImageStreamInput!): TagImageStreamPayload
  untagImageStream(input: UntagImageStreamInput!): UntagImageStreamPayload
  rollbackImageStreamTag(input: RollbackImageStreamTagInput!): RollbackImageStreamTagPayload
  importImageStream(input: ImportImageStreamInput!): ImportImageStreamPayload
}

type Subscription {
  tagEvents(filter: TagEventFilter, after: Cursor, bookmarks: Boolean! = false): TagEvent!
  imageStreamTagEvents(filter: ImageStreamTagEventFilter, after: Cursor, bookmarks: Boolean! = false): TagEvent!
}

input TagEventFilter { registry: String repository: String tag: String kinds: [TagEventKind!] }
input ImageStreamTagEventFilter { source: String namespace: String imageStream: String tag: String kinds: [TagEventKind!] }

type TagEvent {
  id: ID! cursor: Cursor! kind: TagEventKind! observedAt: DateTime! revision: Int subject: TagSubject
  digest: Digest previousDigest: Digest cause: TagEventCause coalesced: Boolean! reason: String scope: String
}
type TagSubject {
  registry: String repository: String source: String namespace: String imageStream: String tag: String! text: String!
}
enum TagEventKind { CREATED MOVED ROLLED_BACK RETARGETED IMPORT_FAILED IMPORT_RECOVERED DELETED RESYNC BOOKMARK }
enum TagEventCause { WEBHOOK POLL WATCH IMPORT MUTATION RELIST }

type ImageStream {
  source: String! namespace: String! name: String!
  tags(first: Int = 20): ImageStreamTagConnection!
  tag(name: String!): ImageStreamTag
}
type ImageStreamTagConnection { nodes: [ImageStreamTag!]! }
type ImageStreamTag {
  imageStream: ImageStream! name: String! tag: String! digest: Digest dockerImageReference: String generation: Int
  history(first: Int = 20): [ImageStreamTagItem!]! conditions: [ImageStreamCondition!]!
}
type ImageStreamTagItem { digest: Digest generation: Int! }
type ImageStreamCondition { type: String! status: String! reason: String! message: String! generation: Int! }
type ImageStreamImage { digest: Digest! }

enum SourceKind { DOCKER_IMAGE IMAGE_STREAM_TAG IMAGE_STREAM_IMAGE }
enum ReferencePolicy { SOURCE LOCAL }
enum ImportMode { LEGACY PRESERVE_ORIGINAL }
input SourceInput { kind: SourceKind! name: String! namespace: String }
input TagImageStreamInput {
  source: String namespace: String! from: SourceInput! to: [String!]! alias: Boolean! = false
  reference: Boolean! = false scheduled: Boolean! = false insecure: Boolean! = false
  referencePolicy: ReferencePolicy! = SOURCE importMode: ImportMode
  expectedDigest: Digest dryRun: Boolean! = false idempotencyKey: String
}
input UntagImageStreamInput {
  source: String namespace: String! name: String! expectedDigest: Digest dryRun: Boolean! = false idempotencyKey: String
}
input RollbackImageStreamTagInput {
  source: String namespace: String! name: String! to: Digest expectedDigest: Digest dryRun: Boolean! = false
  idempotencyKey: String
}
input ImportImageStreamInput {
  source: String namespace: String! name: String! from: String all: Boolean! = false scheduled: Boolean
  insecure: Boolean importMode: ImportMode dryRun: Boolean! = false idempotencyKey: String
}

type UserError { code: String! message: String! field: [String!] }
type TagImport { tag: String! state: TagImportState! digest: Digest error: TagImportError }
enum TagImportState { IMPORTED UNCHANGED FAILED PENDING }
type TagImportError { code: String! message: String! }
type TagImageStreamPayload { imageStreamTags: [ImageStreamTag!]! imports: [TagImport!]! userErrors: [UserError!]! }
type UntagImageStreamPayload { deletedId: ID userErrors: [UserError!]! }
type RollbackImageStreamTagPayload { imageStreamTag: ImageStreamTag userErrors: [UserError!]! }
type ImportImageStreamPayload { imageStream: ImageStream imports: [TagImport!]! userErrors: [UserError!]! }
`;
