import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SimulatedCard } from '../../../node/gpu/simulated/simulated-card.ts'
import { metricTable } from '../../../node/metrics/metric-table.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { dashboardMetrics } from '../../support/documents/dashboard.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'
import { namingFaults, type ParsedFamily, parseExposition } from '../../support/parse-exposition.ts'

let mesh: JobNetwork
let miner: RunningNode
let client: RunningNode
beforeAll(async () => {
  mesh = await jobNetwork(
    { bytes: identityModel('uint8', ['n']) },
    {
      miners: [{ metricsPort: 0, basePrice: '0.001' }, { basePrice: '0.009' }],
      client: { metricsPort: 0, gateway: 0 },
      cards: { each: [new SimulatedCard({ key: 'simulated/1', clock: systemClock })], timeScale: 1 },
    },
  )
  miner = mesh.net.miners[0]!
  client = mesh.net.client
})
afterAll(() => mesh[Symbol.asyncDispose]())

async function scrape({ monitor }: RunningNode): Promise<ReadonlyMap<string, ParsedFamily>> {
  const response = await fetch(`${monitor!.url}/metrics`)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  return parseExposition(await response.text())
}
type Families = Awaited<ReturnType<typeof scrape>>

const figure = (families: Families, name: string, labels: Record<string, string> = {}): number | undefined =>
  families
    .get(name.replace(/_(bucket|sum|count)$/, ''))
    ?.samples.find(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([label, word]) => sample.labels[label] === word),
    )?.value

describe('the metrics of two nodes after some jobs', () => {
  let ofMiner: Families
  let ofClient: Families
  beforeAll(async () => {
    for (let i = 0; i < 3; i++) {
      const answer = await client.client!.infer({ model: mesh.id('bytes'), inputs: [bytesInput(1_000)] })
      await answer.receipt
    }
    await client.client!.settle()
    await miner.miner!.seenBy.ask()
    ofMiner = await scrape(miner)
    ofClient = await scrape(client)
  })

  test('say what each side did and what it is worth', () => {
    expect(figure(ofMiner, 'aitbc_jobs_total', { outcome: 'finished' })).toBe(3)
    expect(figure(ofMiner, 'aitbc_job_compute_seconds_count')).toBe(3)
    expect(figure(ofMiner, 'aitbc_job_queue_seconds_count')).toBe(3)
    expect(figure(ofMiner, 'aitbc_earned_due_credits_total')).toBe(3_000)
    expect(figure(ofMiner, 'aitbc_earned_promised_credits_total')).toBe(3_000)
    expect(figure(ofMiner, 'aitbc_receipts_signed_total')).toBe(3)
    expect(figure(ofMiner, 'aitbc_jobs_running')).toBe(0)
    expect(figure(ofMiner, 'aitbc_models_served')).toBe(1)
    for (const end of ['least', 'most']) expect(figure(ofMiner, 'aitbc_asked_credits', { end })).toBe(1_000)
    expect(figure(ofMiner, 'aitbc_idle_seconds')).toBeLessThan(60)
    expect(figure(ofClient, 'aitbc_requests_total', { outcome: 'answered' })).toBe(3)
    expect(figure(ofClient, 'aitbc_request_seconds_count')).toBe(3)
    expect(figure(ofClient, 'aitbc_request_attempts_total')).toBe(3)
    expect(figure(ofClient, 'aitbc_spent_due_credits_total')).toBe(3_000)
    expect(figure(ofClient, 'aitbc_spent_promised_credits_total')).toBe(3_000)
    const [received, sent] = ['received', 'sent'].map((way) => figure(ofMiner, `aitbc_mesh_${way}_bytes_total`)!)
    expect(received).toBeGreaterThan(3_000)
    expect(sent).toBeGreaterThan(3_000)
  })

  test('say how each node and its machine stand, and nothing of what they do not know', () => {
    expect(figure(ofMiner, 'aitbc_peers')).toBe(miner.mesh.connectedPeers().length)
    expect(figure(ofMiner, 'aitbc_directory_offers')).toBe(2)
    expect(figure(ofMiner, 'aitbc_dht_serving')).toBe(1)
    expect(figure(ofClient, 'aitbc_dht_serving')).toBe(0)
    expect(figure(ofClient, 'aitbc_known_offers')).toBe(2)
    for (const families of [ofMiner, ofClient]) {
      expect(figure(families, 'aitbc_disk_ok')).toBe(1)
      expect(figure(families, 'aitbc_signing_ok')).toBe(1)
      expect(figure(families, 'aitbc_data_folder_free_bytes')).toBeGreaterThan(0)
      expect(figure(families, 'process_resident_memory_bytes')).toBeGreaterThan(10_000_000)
      expect(Math.abs(figure(families, 'process_start_time_seconds')! - Date.now() / 1_000)).toBeLessThan(3_600)
      expect(figure(families, 'aitbc_node_info')).toBe(1)
    }
    for (const name of ['aitbc_jobs_running', 'aitbc_directory_offers', 'aitbc_offer_peers'])
      expect(ofClient.has(name), name).toBe(false)
    for (const name of ['aitbc_requests_running', 'aitbc_known_offers']) expect(ofMiner.has(name), name).toBe(false)
  })

  test('say what holds a card, and since when', async () => {
    const pause = miner.miner!.cardPauses.of('simulated/1')
    await pause.stop()
    const held = await scrape(miner)
    await pause.resume()
    const since = figure(held, 'aitbc_care_hold_start_timestamp_seconds', { card: '1', by: 'owner' })
    expect(Math.abs(since! - Date.now() / 1_000)).toBeLessThan(60)
    expect((await scrape(miner)).has('aitbc_care_hold_start_timestamp_seconds')).toBe(false)
  })

  test('say why attempts failed and programs were refused, and how often directories were asked', async () => {
    const [first] = mesh.net.miners
    await client.client!.search(mesh.id('bytes'))
    await first!.miner!.board.pause(true)
    await client.client!.infer({ model: mesh.id('bytes'), inputs: [bytesInput(4)] })
    await first!.miner!.board.pause(false)
    expect((await fetch(`${client.gateway!.url}/v2/models/bytes`)).status).toBe(401)
    const after = await scrape(client)
    const failed = after.get('aitbc_attempts_failed_total')!.samples
    expect(failed).toEqual([{ name: 'aitbc_attempts_failed_total', labels: { reason: expect.any(String) }, value: 1 }])
    const refused = (await scrape(first!))
      .get('aitbc_jobs_total')!
      .samples.filter(({ labels }) => labels.outcome === 'refused')
    expect(refused.map(({ labels }) => labels.reason)).toEqual([failed[0]!.labels.reason])
    expect(figure(after, 'aitbc_gateway_errors_total', { reason: 'API_KEY' })).toBe(1)
    expect(figure(after, 'aitbc_searches_total')).toBeGreaterThan(0)
    expect(figure(after, 'aitbc_search_answers_total')).toBeGreaterThan(0)
  })

  test('keep to the names of Prometheus, and are all in the table', () => {
    for (const families of [ofMiner, ofClient]) {
      expect(namingFaults(families)).toEqual([])
      for (const { name, type, help } of families.values()) {
        expect(metricTable).toHaveProperty(name)
        expect(metricTable[name as keyof typeof metricTable]).toMatchObject({ type, help })
      }
    }
  })

  test('have all that the dashboard asks for, but what only goes wrong', () => {
    const there = new Set([...ofMiner.keys(), ...ofClient.keys()])
    const asked = new Set(dashboardMetrics().map(({ name }) => name))
    const ONLY_IN_TROUBLE = [
      'aitbc_attempts_failed_total',
      'aitbc_care_hold_start_timestamp_seconds',
      'aitbc_contradictions_total',
      'aitbc_gateway_errors_total',
      'aitbc_payment_disputes_total',
      'aitbc_peer_faults_total',
      'aitbc_spans_dropped_total',
    ]
    const ONLY_WITH_A_CHAIN = [
      'aitbc_chain_endpoints',
      'aitbc_chain_head_age_seconds',
      'aitbc_service_points',
      'aitbc_transaction_fees_wei_total',
      'aitbc_transactions_open',
      'aitbc_transactions_total',
    ]
    const ONLY_ONCE_MEASURED = ['aitbc_line_bits_per_second', 'aitbc_region_latency_seconds']
    const ONLY_WITH_A_BUDGET = ['aitbc_card_power_share_watts', 'aitbc_power_budget_watts', 'aitbc_power_drawn_watts']
    const ONLY_WHERE_WANTED = [
      'aitbc_audits_told_total',
      'aitbc_audits_total',
      'aitbc_cloud_budget_credits',
      'aitbc_cloud_failures_total',
      'aitbc_cloud_jobs_total',
      'aitbc_cloud_spent_credits',
    ]
    const missing = [
      ...[ONLY_IN_TROUBLE, ONLY_WITH_A_CHAIN, ONLY_ONCE_MEASURED, ONLY_WITH_A_BUDGET, ONLY_WHERE_WANTED].flat(),
    ]
    expect([...asked].filter((name) => !there.has(name) && !missing.includes(name))).toEqual([])
  })

  test('name no peer, no address and no model', () => {
    const words = [miner.peer, client.peer, miner.operator!, mesh.id('bytes'), '"bytes"']
    const text = JSON.stringify([...ofMiner.values(), ...ofClient.values()])
    for (const word of words) expect(text).not.toContain(word)
  })
})

describe('a listener for metrics', () => {
  const ask = (url: string, headers: Record<string, string>, method = 'GET'): Promise<number> =>
    new Promise((resolve, reject) => {
      const { hostname, port, pathname } = new URL(url)
      const call = request({ hostname, port, path: pathname, method, headers }, (response) => {
        response.resume()
        resolve(response.statusCode!)
      })
      call.on('error', reject)
      call.end()
    })

  test('is not there unless it is asked for', async () => {
    const node = await mesh.net.add('quiet', { roles: ['client'], listen: [] })
    expect(node.monitor).toBeUndefined()
  })

  test.each([
    ['for another host', { host: 'evil.example:9464' }],
    ['from a page', { origin: 'http://evil.example' }],
    ['from a page that hides its origin', { 'sec-fetch-site': 'cross-site' }],
  ])('answers nobody who asks %s', async (_, headers) => {
    for (const path of ['/metrics', '/health']) expect(await ask(`${miner.monitor!.url}${path}`, headers)).toBe(403)
  })

  test.each([
    ['POST', '/metrics', 405],
    ['GET', '/v2', 404],
    ['GET', '/v2/models/bytes', 404],
    ['POST', '/v2/models/bytes/infer', 404],
  ])('answers %s %s with %i', async (method, path, status) => {
    expect(await ask(`${client.monitor!.url}${path}`, {}, method)).toBe(status)
  })

  test('says how the node is: of a miner its offer, of a client what it needs for a job', async () => {
    const look = async ({ monitor }: RunningNode) => {
      const response = await fetch(`${monitor!.url}/health`)
      return { status: response.status, body: (await response.json()) as { checks: Record<string, unknown> } }
    }
    expect(await look(miner)).toMatchObject({
      status: 200,
      body: {
        ok: true,
        checks: {
          chain: { ok: true },
          journal: { ok: true },
          disk: { ok: true },
          peers: { ok: true },
          offer: { ok: true },
        },
      },
    })
    expect(await look(client)).toMatchObject({ status: 200, body: { ok: true, checks: { directories: { ok: true } } } })
    await miner.miner!.board.pause(true)
    expect(await look(miner)).toMatchObject({ status: 503, body: { ok: false, checks: { offer: { ok: false } } } })
    expect(figure(await scrape(miner), 'aitbc_offer_peers')).toBe(0)
    await miner.miner!.board.pause(false)
  })

  test('says whose port it is where that is taken', async () => {
    const taken = Number(new URL(miner.monitor!.url).port)
    const node = mesh.net.add('second', { roles: ['client'], listen: [], metricsPort: taken })
    await expect(node).rejects.toMatchObject({ code: 'PORT_IN_USE', message: expect.stringContaining(String(taken)) })
    await expect(node).rejects.toMatchObject({ hint: expect.stringContaining('--metrics-port') })
  })
})
