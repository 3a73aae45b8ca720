import { once } from 'node:events'
import { statSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiKeyPath } from '../../../node/gateway/api-key.ts'
import { startNode } from '../../../node/roles/start-node.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { type GatewayNetwork, gatewayNetwork } from '../../support/nodes/gateway-network.ts'
import { InferenceClient } from '../../support/nodes/inference-client.ts'
import { rawConnection, rawRequest, saidBy } from '../../support/nodes/raw-http.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

let mesh: GatewayNetwork
beforeAll(async () => {
  mesh = await gatewayNetwork({ bytes: identityModel('uint8', ['n']) })
})
afterAll(() => mesh[Symbol.asyncDispose]())

const INFER = '/v2/models/bytes/infer'
const request = { inputs: [{ name: 'x', datatype: 'UINT8', shape: [2], data: [1, 2] }] }
const jobs = (): number => mesh.net.client.client!.stories.all().length

/** With the key, and everything else as it should be but for what is given. */
const ask = (headers: Readonly<Record<string, string>>, method = 'POST', path = INFER) => {
  const body = method === 'POST' ? JSON.stringify(request) : ''
  const all = {
    Host: '127.0.0.1',
    Authorization: `Bearer ${mesh.key}`,
    'Content-Type': 'application/json',
    'Content-Length': String(body.length),
    Connection: 'close',
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return rawRequest(mesh.url, `${method} ${path} HTTP/1.1`, ...lines, '', body)
}
const codeOf = ({ headers }: { readonly headers: string }): string | undefined =>
  /^x-mesh-error: (\w+)/m.exec(headers)?.[1]

describe('a request that spends', () => {
  test.each(['127.0.0.1', '127.0.0.1:8011', 'localhost', 'LOCALHOST:1', '[::1]:8011'])(
    'is answered under the name %s of this machine',
    async (Host) => {
      expect(await ask({ Host })).toMatchObject({ status: 200 })
    },
  )

  test.each<[string, Record<string, string>, number, string]>([
    ['for the name of another machine', { Host: 'example.org' }, 403, 'HTTP_FOREIGN'],
    ['for a name that begins as ours', { Host: 'localhost.example.org' }, 403, 'HTTP_FOREIGN'],
    ['for an address of the network', { Host: '192.168.1.20:8011' }, 403, 'HTTP_FOREIGN'],
    ['for no name', { Host: '' }, 403, 'HTTP_FOREIGN'],
    ['from a page of another machine', { Origin: 'https://example.org' }, 403, 'HTTP_FOREIGN'],
    ['from a page of this machine', { Origin: 'http://localhost:3000' }, 403, 'HTTP_FOREIGN'],
    ['from a page that hides where it is from', { Origin: 'null' }, 403, 'HTTP_FOREIGN'],
    ['across sites', { 'Sec-Fetch-Site': 'cross-site' }, 403, 'HTTP_FOREIGN'],
    ['from the same site', { 'Sec-Fetch-Site': 'same-site' }, 403, 'HTTP_FOREIGN'],
    ['without a key', { Authorization: '' }, 401, 'API_KEY'],
    ['with a wrong key', { Authorization: `Bearer aitbc_${'A'.repeat(43)}` }, 401, 'API_KEY'],
    ['with a key of another scheme', { Authorization: 'Basic YTpi' }, 401, 'API_KEY'],
    ['as a form', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415, 'HTTP_MEDIA_TYPE'],
    ['as plain text', { 'Content-Type': 'text/plain' }, 415, 'HTTP_MEDIA_TYPE'],
    ['as something like JSON', { 'Content-Type': 'application/json-patch' }, 415, 'HTTP_MEDIA_TYPE'],
    ['in another alphabet', { 'Content-Type': 'application/json; charset=utf-7' }, 415, 'HTTP_MEDIA_TYPE'],
    ['of an empty type', { 'Content-Type': '' }, 415, 'HTTP_MEDIA_TYPE'],
    ['packed in a way that it does not know', { 'Content-Encoding': 'br' }, 415, 'HTTP_MEDIA_TYPE'],
    ['packed twice', { 'Content-Encoding': 'gzip, gzip' }, 415, 'HTTP_MEDIA_TYPE'],
    ['packed by name only', { 'Content-Encoding': 'gzip' }, 400, 'HTTP_REQUEST'],
    ['with a length that is no number', { 'Inference-Header-Content-Length': '1e3' }, 400, 'HTTP_REQUEST'],
    ['with more JSON than bytes', { 'Inference-Header-Content-Length': '99999' }, 400, 'HTTP_REQUEST'],
    ['with too much JSON', { 'Inference-Header-Content-Length': '99999999' }, 413, 'INPUT_TOO_LARGE'],
    ['that says it is too long', { 'Content-Length': '99999999' }, 413, 'INPUT_TOO_LARGE'],
  ])('%s is refused, and nothing is spent', async (_, headers, status, code) => {
    const before = jobs()
    const answer = await ask(headers)
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status, code })
    expect(JSON.parse(answer.body).error).toMatch(/\w+/)
    expect(jobs()).toBe(before)
  })

  test('is refused before its body is sent, where the program asks first', async () => {
    const answer = await ask({ Expect: '100-continue', Authorization: '' })
    expect(answer.status).toBe(401)
    const tooLong = await ask({ Expect: '100-continue', 'Content-Length': '99999999' })
    expect({ status: tooLong.status, code: codeOf(tooLong) }).toEqual({ status: 413, code: 'INPUT_TOO_LARGE' })
    expect(await ask({ Expect: '100-continue' })).toMatchObject({ headers: expect.stringMatching(/100 Continue/) })
  })

  test('that grows beyond its limit without saying how long it is, is refused', async () => {
    const socket = await rawConnection(mesh.url)
    const answered = saidBy(socket)
    const lines = [`POST ${INFER} HTTP/1.1`, 'Host: localhost', `Authorization: Bearer ${mesh.key}`]
    const more = ['Content-Type: application/json', 'Transfer-Encoding: chunked', 'Connection: close', '', '']
    socket.write([...lines, ...more].join('\r\n'))
    const mebibyte = Buffer.alloc(1_048_576, ' ')
    for (let i = 0; i < 16; i++) socket.write(Buffer.concat([Buffer.from('100000\r\n'), mebibyte, Buffer.from('\r\n')]))
    // One byte more than the sixteen.
    socket.write('1\r\n \r\n0\r\n\r\n')
    const answer = await answered
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: 413, code: 'INPUT_TOO_LARGE' })
  })

  test('that breaks off is no job', async () => {
    const before = jobs()
    const socket = await rawConnection(mesh.url)
    const lines = [`POST ${INFER} HTTP/1.1`, 'Host: localhost', `Authorization: Bearer ${mesh.key}`]
    socket.write([...lines, 'Content-Type: application/json', 'Content-Length: 100', '', '{"inp'].join('\r\n'))
    socket.destroy()
    if (!socket.closed) await once(socket, 'close')
    expect((await mesh.program.infer(INFER, request)).status).toBe(200)
    expect(jobs()).toBe(before + 1)
  })

  test('may say that its JSON is UTF-8, or that its bytes are plain', async () => {
    expect(await ask({ 'Content-Type': 'Application/JSON; charset="UTF-8"' })).toMatchObject({ status: 200 })
    expect(await ask({ 'Content-Type': 'application/octet-stream' })).toMatchObject({ status: 200 })
  })
})

describe('a request to the gateway', () => {
  test.each([
    ['GET', '/', 404, 'NOT_FOUND'],
    ['GET', '/v1/models', 404, 'NOT_FOUND'],
    ['GET', '/v2/models/', 404, 'NOT_FOUND'],
    ['GET', '/v2/models/a/b/c', 404, 'NOT_FOUND'],
    ['GET', '/v2/models/%ff', 400, 'HTTP_REQUEST'],
    ['GET', INFER, 405, 'HTTP_METHOD'],
    ['POST', '/v2/models/bytes', 405, 'HTTP_METHOD'],
    ['OPTIONS', INFER, 405, 'HTTP_METHOD'],
    ['GET', 'http://example.org/v2', 404, 'NOT_FOUND'],
  ])('%s %s is answered %i %s', async (method, path, status, code) => {
    const answer = await ask({}, method, path)
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status, code })
  })

  test('with more headers than it reads is answered 431, and what is no request 400', async () => {
    const long = await rawRequest(mesh.url, 'GET /v2 HTTP/1.1', 'Host: localhost', `X-Long: ${'x'.repeat(20_000)}`)
    expect(long.status).toBe(431)
    expect(JSON.parse(long.body)).toEqual({ error: expect.stringContaining('longer than the gateway reads') })
    expect((await rawRequest(mesh.url, 'hello there')).status).toBe(400)
    expect((await rawRequest(mesh.url, 'GET /v2 HTTP/1.1')).status).toBe(400)
  })

  test('needs no key where it only asks whether the node lives', async () => {
    const stranger = new InferenceClient(mesh.url)
    for (const path of ['/v2', '/v2/', '/v2/health/live', '/v2/health/ready', '/health']) {
      expect({ path, status: (await stranger.get(path)).status }).toEqual({ path, status: 200 })
    }
    for (const path of ['/metrics', '/v2/models/bytes', '/v2/models/bytes/ready']) {
      const answer = await stranger.get(path)
      expect({ path, status: answer.status }).toEqual({ path, status: 401 })
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    }
    expect((await stranger.get('/health', { origin: 'https://example.org' })).status).toBe(403)
  })

  test('comes from this machine, by either of its own addresses', async () => {
    const { port } = new URL(mesh.url)
    expect((await fetch(`http://[::1]:${port}/v2/health/live`)).status).toBe(200)
  })
})

describe('the key of a gateway', () => {
  test('is readable for its owner alone, and outlives the node', async () => {
    const { settings, network } = mesh.net.client
    expect(statSync(apiKeyPath(settings.dataFolder)).mode & 0o777).toBe(0o600)
    const dataFolder = temporaryFolder()
    const urls: string[] = []
    const keys = new Set<number>()
    for (let i = 0; i < 2; i++) {
      await using node = await startNode({ settings: { ...settings, dataFolder }, network })
      urls.push(node.gateway!.url)
      keys.add(statSync(apiKeyPath(dataFolder)).ino)
    }
    expect(keys.size).toBe(1)
    await expect(fetch(`${urls[1]}/v2`)).rejects.toThrow()
  })

  test('is not asked for where the owner said so', async () => {
    const { settings, network } = mesh.net.client
    await using node = await startNode({
      settings: { ...settings, dataFolder: temporaryFolder() },
      network,
      gatewayWithoutKey: true,
    })
    const { status } = await new InferenceClient(node.gateway!.url).infer(INFER, request)
    expect(status).toBe(200)
    expect(statSync(apiKeyPath(node.settings.dataFolder), { throwIfNoEntry: false })).toBeUndefined()
  })

  test('is in no answer and in no event', async () => {
    const wrong = await mesh.program.get('/v2/models/bytes', { authorization: 'Bearer aitbc_secret' })
    expect(await wrong.text()).not.toContain('aitbc_secret')
    const metrics = await (await mesh.program.get('/metrics')).text()
    expect(metrics).not.toContain(mesh.key)
  })
})

test('a gateway on a node that cannot run jobs, or on a port that is taken, does not start', async () => {
  const { settings, network } = mesh.net.client
  const own = { ...settings, dataFolder: temporaryFolder() }
  const noClient = startNode({ settings: { ...own, roles: ['router'] }, network })
  await expect(noClient).rejects.toMatchObject({ code: 'ROLE_MISSING', facts: { role: 'client' } })
  const taken = startNode({ settings: { ...own, gateway: Number(new URL(mesh.url).port) }, network })
  await expect(taken).rejects.toMatchObject({ code: 'PORT_IN_USE', hint: expect.stringContaining('--gateway') })
})
