import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startNode } from '../../../node/roles/start-node.ts'
import { Browser, findBrowser } from '../../support/browser.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import {
  type LoopbackServer,
  type OpenServer,
  serveEverybody,
  serveHostilePage,
} from '../../support/hostile-page/serve-hostile-page.ts'
import { type GatewayNetwork, gatewayNetwork } from '../../support/nodes/gateway-network.ts'
import { InferenceClient } from '../../support/nodes/inference-client.ts'

const path = findBrowser()
if (path === undefined && process.env.CI === 'true')
  throw new Error('no Chromium: apt-get install chromium, or set CHROME_PATH')

const paths = { infer: '/v2/models/bytes/infer', metrics: '/metrics', model: '/v2/models/bytes' }
const request = { inputs: [{ name: 'x', datatype: 'UINT8', shape: [2], data: [1, 2] }] }

describe.skipIf(path === undefined)(
  'a page in a real browser (skipped without CHROME_PATH or a chromium on the PATH)',
  () => {
    const stack = new AsyncDisposableStack()
    let mesh: GatewayNetwork
    let browser: Browser
    let pages: LoopbackServer
    let open: OpenServer
    /** Asks for no key: only the rules about callers stand between a page and the money. */
    let keyless: Awaited<ReturnType<typeof startNode>>

    beforeAll(async () => {
      mesh = stack.use(await gatewayNetwork({ bytes: identityModel('uint8', ['n']) }))
      pages = stack.use(await serveHostilePage())
      open = stack.use(await serveEverybody())
      const { settings, network } = mesh.net.client
      const dataFolder = mkdtempSync(join(tmpdir(), 'aitbc-test-'))
      stack.defer(() => rmSync(dataFolder, { recursive: true, force: true }))
      const own = { ...settings, dataFolder }
      keyless = stack.use(await startNode({ settings: own, network, gatewayWithoutKey: true }))
      // Both names are somebody else's, and lead to this machine.
      browser = stack.use(await Browser.open(path!, { 'evil.test': '127.0.0.1', 'rebound.test': '127.0.0.1' }))
    })
    afterAll(() => stack.disposeAsync())

    const portOf = (url: string): string => new URL(url).port
    const attack = async (from: string, base: string, key: string | null = null): Promise<Record<string, string>> => {
      const page = await browser.page(from)
      const words = [base, paths, JSON.stringify(request), key].map((word) => JSON.stringify(word)).join()
      return page.run(`attack(${words})`)
    }
    /** All that was spent or run at either gateway. */
    const spent = () => ({
      jobs: [mesh.net.client, keyless].map(({ client }) => client!.stories.all().length),
      budgets: [mesh.net.client, keyless].map(({ gateway }) =>
        gateway!.budgets().map((key) => key.spent + key.reserved),
      ),
    })
    const readable = (told: Record<string, string>): readonly string[] =>
      Object.entries(told).flatMap(([way, what]) => (what.startsWith('read:') ? [`${way}: ${what}`] : []))

    test('does send all of this, and reads what a server opens to it', async () => {
      const told = await attack(`http://evil.test:${pages.port}/hostile-page.html`, `http://127.0.0.1:${open.port}`)
      expect(readable(told).length).toBeGreaterThanOrEqual(7)
      for (const sent of [
        'text/plain',
        'application/json',
        'application/octet-stream',
        'multipart/form-data',
        'application/x-www-form-urlencoded',
      ]) {
        expect(open.asked).toContain(`POST ${paths.infer} ${sent}`)
      }
      expect(open.asked.filter((line) => line === `GET ${paths.metrics}`).length).toBeGreaterThanOrEqual(4)
    })

    test.each<[string, string]>([
      ['of another site', 'evil.test'],
      ['of this machine, from another port', '127.0.0.1'],
    ])('%s can neither spend nor read, with a key or where none is asked for', async (_, site) => {
      const from = `http://${site}:${pages.port}/hostile-page.html`
      const before = spent()
      for (const base of [mesh.url, keyless.gateway!.url, keyless.gateway!.url.replace('127.0.0.1', 'localhost')]) {
        const told = await attack(from, base, mesh.key)
        expect({ base, read: readable(told) }).toEqual({ base, read: [] })
        expect(JSON.stringify(told)).not.toContain('aitbc_')
      }
      expect(spent()).toEqual(before)
    })

    test('whose name was made to lead to the gateway reads refusals, and spends nothing', async () => {
      const before = spent()
      for (const url of [mesh.url, keyless.gateway!.url]) {
        // The gateway's own answer is the document now: to the browser all that follows is of one origin.
        const base = `http://rebound.test:${portOf(url)}`
        const page = await browser.page(`${base}/v2`)
        const script = await (await fetch(`http://127.0.0.1:${pages.port}/hostile-page.js`)).text()
        await page.run(`${script}; true`)
        const words = [base, paths, JSON.stringify(request), mesh.key].map((word) => JSON.stringify(word)).join()
        const told = await page.run<Record<string, string>>(`attack(${words})`)
        const read = readable(told)
        expect(read.length).toBeGreaterThan(0)
        for (const line of read) expect(line).toMatch(/read: (403 )?\{"error":"a request for the host rebound\.test/)
      }
      expect(spent()).toEqual(before)
    })

    test('is refused where a program of this machine is answered', async () => {
      expect((await mesh.program.infer(paths.infer, request)).status).toBe(200)
      expect((await new InferenceClient(keyless.gateway!.url).infer(paths.infer, request)).status).toBe(200)
      expect(spent().budgets.flat()).toEqual([1_000n, 1_000n])
    })
  },
)
