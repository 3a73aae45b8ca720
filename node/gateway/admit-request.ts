/**
 * Who is answered at all. A web page can make a browser send requests to this machine, under a name of the page's choice: a
 * request has to come from a program that asks for this machine by its own name.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { KeyHolder } from './day-budgets.ts'
import { JSON_LENGTH_HEADER } from './http-answer.ts'
import type { KeyRing } from './key-ring.ts'

type Headers = Readonly<IncomingHttpHeaders>

/** Any port: a tunnel may end at another one. */
const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i

/** @throws MeshError HTTP_FOREIGN */
export function admitCaller({ host = '', origin, ...headers }: Headers): void {
  // A name that was made to lead here (DNS rebinding) stands in this header.
  if (!LOOPBACK.test(host)) throw foreign(host === '' ? 'without a host' : `for the host ${host}`)
  // The gateway shows no pages: one of its own does not exist, and neither does an honest page that asks it.
  if (origin !== undefined) throw foreign(`from a page of ${origin}`)
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'none') throw foreign(`from a page (${String(site)})`)
}

/** Whose budget the request is under. @throws MeshError API_KEY */
export function admitKey({ authorization }: Headers, keys: KeyRing): KeyHolder {
  if (!keys.asksForKey) return keys.anybody
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
  if (given === undefined) throw new MeshError('API_KEY', { given: 'no API key' })
  const holder = keys.holderOf(given)
  if (holder === undefined) throw new MeshError('API_KEY', { given: 'an API key that is not one of this node' })
  return holder
}

const MEDIA_TYPE = /^(application\/json|application\/octet-stream)(?: *; *charset="?utf-8"?)?$/i

/**
 * Exactly one of the two, for a page can send other types without asking first. It can send none, too: that is taken only
 * beside a header for which its browser asks, as the client library of Triton sends it.
 * @throws MeshError HTTP_MEDIA_TYPE
 */
export function admitContent(headers: Headers): void {
  const given = headers['content-type']
  if (given === undefined) {
    if (headers.authorization !== undefined || headers[JSON_LENGTH_HEADER] !== undefined) return
    throw new MeshError('HTTP_MEDIA_TYPE', { given: 'no content type' })
  }
  if (!MEDIA_TYPE.test(given)) throw new MeshError('HTTP_MEDIA_TYPE', { given: `the content type ${given}` })
}

const foreign = (how: string): MeshError => new MeshError('HTTP_FOREIGN', { how })
