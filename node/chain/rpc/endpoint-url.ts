/** The address of an RPC endpoint. Path, query and user often hold a secret token: only the origin is ever shown. */

export interface EndpointUrl {
  /** Scheme, name and port: what people and logs are shown. */
  readonly origin: string
  /** What is asked, without user and password, which `fetch` does not take. */
  readonly url: string
  /** Header for the user and password of the address, where it had them. */
  readonly authorization: string | undefined
  /** `text` of the endpoint without what only its address should hold. */
  hide(text: string): string
}

/** Parts of a path shorter than this are words as `v3` and `rpc`, not tokens. */
const TOKEN_CHARS_MIN = 8

/** `undefined` where it is no http or https address. */
export function parseEndpointUrl(text: string): EndpointUrl | undefined {
  const parsed = URL.parse(text)
  if (parsed === null || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')) return undefined
  const { origin, username, password, pathname, search } = parsed
  const user = decoded(username)
  const secret = decoded(password)
  const secrets = [user, secret, ...pathname.split('/'), ...search.split(/[?&=]/)]
    .flatMap((part) => [part, decoded(part)])
    .filter((part) => part.length >= TOKEN_CHARS_MIN)
  parsed.username = ''
  parsed.password = ''
  parsed.hash = ''
  return {
    origin,
    url: parsed.href,
    authorization:
      user === '' && secret === '' ? undefined : `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`,
    hide: (shown) => secrets.reduce((rest, part) => rest.replaceAll(part, '…'), shown),
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
