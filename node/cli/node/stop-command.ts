import { type Command, defineCommand } from '../frame/command.ts'

export const stopCommand: Command = defineCommand({
  name: 'stop',
  group: 'earn',
  summary: 'stop the running node: withdraw its offer, end its jobs, then leave',
  about: 'Returns when the node is down. With --json: {"stopped": true}. Exit code 5 where no node runs.',
  examples: [
    { line: 'aitbc stop', about: 'the node on the default data folder' },
    { line: 'aitbc stop --data ./miner', about: 'another one' },
  ],
  async run(context) {
    const { reachNode } = await import('./node-access.ts')
    const { untilFree } = await import('./until-free.ts')
    const { out, signal, dataFolder } = context
    await using node = await reachNode(context)
    using progress = out.progress('stopping the node')
    void progress
    await node.call('stop')
    await untilFree(await dataFolder(), signal)
    await out.print({ stopped: true }, () => 'The node is down.')
  },
})
