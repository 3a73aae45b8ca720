/** Topics: who hears what, what each verdict does, and what bounds it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { topicId } from '../../../protocols/kernel/topic.ts'
import { type Said, type SignedTopicTuning, say, signedTopic } from '../../support/nodes/signed-topic.ts'
import { bytesProtocol, collect } from '../../support/nodes/wire-protocols.ts'
import { type LabNode, type NetworkLab, star } from './network-lab.ts'

const SHARD = 'eu-west/inference'

export function topicsCompliance(makeLab: () => NetworkLab): void {
  describe('carries a topic that', () => {
    let lab: NetworkLab

    beforeEach(() => {
      lab = makeLab()
    })
    afterEach(() => lab[Symbol.asyncDispose]())

    /** Joins, and keeps what is delivered. */
    function listen({ network }: LabNode, tuning: SignedTopicTuning = {}, shard = SHARD): Said[] {
      const heard: Said[] = []
      network.subscribe(signedTopic(network.tag, tuning), shard, (said) => heard.push(said))
      return heard
    }

    const publish = ({ network }: LabNode, said: Omit<Said, 'shard'>, proof?: string, shard = SHARD): Promise<number> =>
      lab.when(network.publish(signedTopic(network.tag), shard, say({ ...said, shard }, proof)))

    const idOf = ({ network }: LabNode, shard: string): string =>
      topicId(network.tag, { name: 'said', major: 1 }, shard)
    const neighbours = (node: LabNode, count: number, shard = SHARD): Promise<void> =>
      lab.until(() => node.subscribers(idOf(node, shard)) === count)
    const meshed = (node: LabNode, count: number): Promise<void> =>
      lab.until(() => node.meshed(idOf(node, SHARD)) === count)
    const heardBy = (heard: readonly Said[], text: string): Promise<void> =>
      lab.until(() => heard.some((said) => said.text === text))
    const textsOf = (heard: readonly Said[]): string[] => heard.map(({ text }) => text)

    /** Author, hub and far node, in a line. */
    async function line(): Promise<[LabNode, LabNode, LabNode]> {
      const [hub, author, far] = await star(lab, {}, { listens: false }, { listens: false })
      return [hub!, author!, far!]
    }

    it('reaches every node of its shard, and no author hears itself', async () => {
      const [hub, author, far] = await line()
      const [atHub, atFar, atAuthor] = [listen(hub), listen(far), listen(author)]
      await neighbours(author, 1)
      await meshed(hub, 2)
      expect(await publish(author, { author: 'a', sequence: 1, text: 'hello' })).toBe(1)
      await heardBy(atHub, 'hello')
      await heardBy(atFar, 'hello')
      expect(atAuthor).toEqual([])
    })

    it('names the neighbour that the message came from', async () => {
      const [hub, author, far] = await line()
      const from: string[] = []
      far.network.subscribe(signedTopic(far.network.tag), SHARD, (_said, neighbour) => from.push(neighbour))
      listen(hub)
      await meshed(hub, 1)
      await neighbours(author, 1)
      await publish(author, { author: 'a', sequence: 1, text: 'hello' })
      await lab.until(() => from.length > 0)
      expect(from).toEqual([hub.network.self])
    })

    it('takes messages of nodes that have not joined it', async () => {
      const [hub, author] = await line()
      const atHub = listen(hub)
      await neighbours(author, 1)
      expect(await publish(author, { author: 'a', sequence: 1, text: 'from outside' })).toBe(1)
      await heardBy(atHub, 'from outside')
    })

    it('has nobody to tell: publishing is no error', async () => {
      const alone = await lab.when(lab.node())
      listen(alone)
      expect(await publish(alone, { author: 'a', sequence: 1, text: 'hello' })).toBe(0)
    })

    it('is one shard: another one hears nothing', async () => {
      const [hub, author] = await line()
      const [here, there] = [listen(hub), listen(hub, {}, 'us-east/inference')]
      await neighbours(author, 1)
      await neighbours(author, 1, 'us-east/inference')
      await publish(author, { author: 'a', sequence: 1, text: 'here' })
      await heardBy(here, 'here')
      expect(there).toEqual([])
    })

    it('belongs to one network: another one on the same connection hears nothing', async () => {
      const [here, there] = await star(lab, { networkId: 'one' }, { networkId: 'two' })
      listen(here!)
      listen(there!)
      expect(await publish(here!, { author: 'a', sequence: 1, text: 'hello' })).toBe(0)
    })

    it('passes on what a node forwards without understanding, and that node delivers nothing', async () => {
      const [hub, author, far] = await line()
      const atHub = listen(hub, { understands: false })
      const atFar = listen(far)
      await neighbours(author, 1)
      await meshed(hub, 1)
      await publish(author, { author: 'a', sequence: 1, text: 'from tomorrow' })
      await heardBy(atFar, 'from tomorrow')
      expect(atHub).toEqual([])
    })

    it('does not pass on what is ignored, and blames nobody for it', async () => {
      const [hub, author, far] = await line()
      const [atHub, atFar] = [listen(hub), listen(far)]
      await neighbours(author, 1)
      await meshed(hub, 1)
      await publish(author, { author: 'a', sequence: 5, text: 'five' })
      await heardBy(atFar, 'five')
      await publish(author, { author: 'a', sequence: 4, text: 'four' })
      await publish(author, { author: 'a', sequence: 6, text: 'six' })
      await heardBy(atFar, 'six')
      expect(textsOf(atHub)).toEqual(['five', 'six'])
      expect(textsOf(atFar)).toEqual(['five', 'six'])
      expect(hub.network.figures(author.network.self)?.faults ?? 0).toBe(0)
    })

    it('does not pass on what is rejected, and charges the neighbour that sent it', async () => {
      const [hub, author, far] = await line()
      const [atHub, atFar] = [listen(hub), listen(far)]
      await neighbours(author, 1)
      await meshed(hub, 1)
      await publish(author, { author: 'a', sequence: 1, text: 'forged' }, 'no proof')
      await lab.until(() => hub.network.figures(author.network.self)?.faults === 1)
      await publish(author, { author: 'a', sequence: 1, text: 'genuine' })
      await heardBy(atFar, 'genuine')
      expect(textsOf(atHub)).toEqual(['genuine'])
      expect(textsOf(atFar)).toEqual(['genuine'])
      expect(far.network.figures(hub.network.self)?.faults ?? 0).toBe(0)
    })

    it('no longer hears a neighbour that sends nothing but forgeries', async () => {
      const [hub, author, other] = await line()
      const atHub = listen(hub)
      await neighbours(author, 1)
      await neighbours(other, 1)
      for (let i = 0; i < 12; i++) await publish(author, { author: 'a', sequence: 1, text: `forged ${i}` }, 'no proof')
      await publish(author, { author: 'a', sequence: 1, text: 'too late' })
      await lab.until(() => (hub.network.figures(author.network.self)?.faults ?? 0) >= 2)
      await publish(other, { author: 'b', sequence: 1, text: 'heard' })
      await heardBy(atHub, 'heard')
      // What the first one sent has arrived before this, or its connection is gone by now.
      const protocol = bytesProtocol('after')
      using _ = hub.network.serve(protocol, async function* (first) {
        yield first
      })
      const call = author.network.call(hub.network.self, protocol, new Uint8Array(1))
      await lab.when(Promise.allSettled([collect(call)]))
      expect(textsOf(atHub)).toEqual(['heard'])
    })

    it('ignores what one author publishes above its rate, until the minute is over', async () => {
      const [hub, author] = await line()
      const heard = listen(hub, { perAuthorPerMinuteMax: 3 })
      await neighbours(author, 1)
      for (let i = 0; i < 10; i++) await publish(author, { author: 'a', sequence: i, text: `a${i}` })
      await publish(author, { author: 'b', sequence: 0, text: 'b0' })
      await heardBy(heard, 'b0')
      expect(textsOf(heard)).toEqual(['a0', 'a1', 'a2', 'b0'])
      expect(hub.network.figures(author.network.self)?.faults ?? 0).toBe(0)
      await lab.pass(60_500)
      await publish(author, { author: 'a', sequence: 10, text: 'a10' })
      await heardBy(heard, 'a10')
    })

    it('delivers the same bytes once, whoever sends them', async () => {
      const [hub, one, other] = await line()
      const heard: Uint8Array[] = []
      // A judge without memory: only the network itself knows what it has seen.
      const topic = {
        ...signedTopic(hub.network.tag),
        judge: (value: Uint8Array) => ({ verdict: 'accept', value }) as const,
      }
      hub.network.subscribe(topic, SHARD, (bytes) => heard.push(bytes))
      await neighbours(one, 1)
      await neighbours(other, 1)
      await publish(one, { author: 'a', sequence: 1, text: 'same' })
      await publish(other, { author: 'a', sequence: 1, text: 'same' })
      await publish(other, { author: 'a', sequence: 2, text: 'different' })
      await lab.until(() => heard.length === 2)
    })

    it('does not let genuine bytes, published first on another topic, stop them on their own', async () => {
      const other = 'us-east/inference'
      const [hub, author, attacker] = await line()
      const atHub = listen(hub)
      listen(hub, {}, other)
      await neighbours(attacker, 1, other)
      await neighbours(author, 1)
      const genuine = say({ author: 'a', sequence: 1, shard: SHARD, text: 'genuine' })
      await lab.when(attacker.network.publish(signedTopic(attacker.network.tag), other, genuine))
      await lab.until(() => hub.network.figures(attacker.network.self)?.faults === 1)
      await lab.when(author.network.publish(signedTopic(author.network.tag), SHARD, genuine))
      await heardBy(atHub, 'genuine')
    })

    it('reports a judge or a listener that throws, and goes on', async () => {
      const [hub, author] = await line()
      const heard: Said[] = []
      const topic = signedTopic(hub.network.tag)
      hub.network.subscribe(
        {
          ...topic,
          judge(data, context) {
            const judged = topic.judge(data, context)
            if (judged.value?.text === 'bad for the judge') throw new Error('judge')
            return judged
          },
        },
        SHARD,
        (said) => {
          if (said.text === 'bad for the listener') throw new Error('listener')
          heard.push(said)
        },
      )
      await neighbours(author, 1)
      const texts = ['bad for the judge', 'bad for the listener', 'good']
      for (const [sequence, text] of texts.entries()) await publish(author, { author: 'a', sequence, text })
      await heardBy(heard, 'good')
      expect(hub.reports.map(({ error }) => error.message).join()).toMatch(/judge.*listener/)
      expect(hub.network.figures(author.network.self)?.faults ?? 0).toBe(0)
    })

    it('refuses to publish what every receiver would reject for its length', async () => {
      const alone = await lab.when(lab.node())
      const publishing = publish(alone, { author: 'a', sequence: 1, text: 'x'.repeat(600) })
      await expect(publishing).rejects.toMatchObject({ code: 'USAGE' })
    })

    it('charges a neighbour for a message longer than the topic allows here', async () => {
      const [hub, author] = await line()
      const atHub = listen(hub, { bytesMax: 100 })
      await neighbours(author, 1)
      await publish(author, { author: 'a', sequence: 1, text: 'x'.repeat(200) })
      await lab.until(() => hub.network.figures(author.network.self)?.faults === 1)
      expect(atHub).toEqual([])
    })

    it('is carried by a node that carries its family, once a neighbour joins', async () => {
      const [hub, author, far] = await line()
      using _ = hub.network.relayTopics([signedTopic(hub.network.tag) as never])
      const atFar = listen(far)
      await neighbours(author, 1)
      await meshed(hub, 1)
      await publish(author, { author: 'a', sequence: 1, text: 'carried' })
      await heardBy(atFar, 'carried')
    })

    it('can be left and joined again', async () => {
      const [hub, author] = await line()
      const first: Said[] = []
      const joined = hub.network.subscribe(signedTopic(hub.network.tag), SHARD, (said) => first.push(said))
      await neighbours(author, 1)
      await publish(author, { author: 'a', sequence: 1, text: 'one' })
      await heardBy(first, 'one')
      joined[Symbol.dispose]()
      await neighbours(author, 0)
      expect(await publish(author, { author: 'a', sequence: 2, text: 'unheard' })).toBe(0)
      const again = listen(hub)
      await neighbours(author, 1)
      await publish(author, { author: 'a', sequence: 3, text: 'three' })
      await heardBy(again, 'three')
      expect(textsOf(first)).toEqual(['one'])
    })
  })
}
