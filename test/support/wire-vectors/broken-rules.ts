/** The rules that invalid messages break, and how our reader names each: a vector that breaks another rule proves nothing. */

export const brokenRules = {
  /** The message is one whole value. */
  whole: /^(truncated|bytes after the end|longer than \d+ bytes)$/,
  /** Each value has one encoding. */
  encoding: /shortest form|indefinite length|not UTF-8|not in NFC|combining marks|float, tag|nested deeper/,
  /** Each field has its kind of value. */
  kind: /^expected (an? )?(array|bytes|text|map|integer|unsigned integer|true or false)$|^float, tag or undefined$/,
  /** A message has its fields, all of them and no others. */
  fields: /^expected (\d+ fields|\d+ items|a tag and a body)$|^array longer than \d+$|^\w+ has \d+ items$/,
  /** A kind of message has its number. */
  tag: /^(unknown tag \d+|integer above 255)$/,
  /** Numbers lie within their bounds. */
  range:
    /^(integer above \d+|negative value for uint64|integer outside \d+\.\.\d+|receipt status 0|a review has a star)$/,
  /** Numbers that go together do. */
  terms: /^terms with /,
  /** Bytes, texts and lists have their lengths. */
  length: /^((bytes|text|array) longer than \d+|bytes shorter than \d+|fewer than \d+ items|expected \d+ bytes)$/,
  /** A text has its alphabet. */
  form: /^text of the wrong form$/,
  /** A word is one of a closed list. */
  word: /^none of |^text longer than \d+$/,
  /** What may be said once is said once. */
  once: /^(a receipt used twice|a miner twice in a batch|more entries than a batch has)$/,
  /** What has an order is in it, and a window is one. */
  order: /^((blocks|batches|miners) out of order|a window of more than a day)$/,
  /** A map has its keys, in order. */
  keys: /is missing$|^map keys out of order$|bytes of unknown keys$|^map longer than \d+$/,
  /** A key that the message calls critical is understood: the one rule whose breach is no fault of the sender. */
  critical: /must be understood$/,
} as const
export type BrokenRule = keyof typeof brokenRules
