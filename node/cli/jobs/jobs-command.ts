import type { JobStory } from '../../client/telling/job-story.ts'
import { argument, type Command, defineCommand, defineSubcommand, option } from '../frame/command.ts'
import { wholeNumber } from '../frame/usage-error.ts'
import { unitsText } from '../screen/credit-amounts.ts'
import { durationText } from '../screen/durations.ts'
import { UNKNOWN } from '../screen/numbers.ts'
import { printable } from '../screen/printable.ts'
import { table } from '../screen/table.ts'
import { jobStoryText, type ServedJson, servedText } from './job-story-text.ts'

interface JobsJson {
  readonly jobs: readonly {
    readonly job: string
    readonly model: string
    readonly state: string
    readonly isAudit?: true
    readonly startedAtMs: number
    readonly tookMs?: number
    readonly attempts: number
    readonly miner?: string
    readonly cloud?: string
    readonly price?: string
    readonly error?: string
  }[]
}

const show = defineSubcommand({
  name: 'show',
  summary: 'tell the whole story of one job',
  about:
    'Takes the id of a job or of an attempt, or its first characters. A miner knows the attempts that it ran, by their whole ' +
    'id. With --json: the story as one object; amounts are decimal text in credits, times Unix milliseconds.',
  examples: [{ line: 'aitbc jobs show 5882d498', about: 'from the first offer to the voucher' }],
  arguments: { id: argument('id of a job or an attempt') },
  async run({ arguments: { id }, ...context }) {
    const found = await storyOf(context, id)
    const { settles } = found
    await context.out.print(found, () =>
      found.side === 'miner' ? servedText(found, settles) : jobStoryText(found, settles),
    )
  },
})

export const jobsCommand: Command = defineCommand({
  name: 'jobs',
  group: 'use',
  summary: 'list the latest jobs of this client',
  about:
    'With --json: {"jobs": [{"job", "model", "state", "isAudit", "startedAtMs", "tookMs", "attempts", "miner", "cloud", "price", "error"}]}; "cloud" instead of "miner" where that answered; ' +
    '"isAudit" where this node asked it itself, to look at another answer.',
  examples: [
    { line: 'aitbc jobs', about: 'the latest twenty' },
    { line: 'aitbc jobs show 5882d498', about: 'everything about one' },
  ],
  options: {
    limit: option({ value: 'number', about: 'How many, at most 500.', parse: wholeNumber(1, 500) }),
  },
  commands: [show],
  async run({ options: { limit }, ...context }) {
    const { jobs } = await jobsOf(context, limit ?? 20)
    const { out } = context
    await out.print({ jobs }, () =>
      jobs.length === 0
        ? 'No job was run yet.'
        : table(
            jobs,
            [
              { title: 'JOB', cell: ({ job }) => job },
              { title: 'MODEL', cell: ({ model }) => model, mayCut: true },
              { title: 'STATE', cell: stateText },
              { title: 'TOOK', cell: ({ tookMs }) => durationText(tookMs), align: 'right' },
              { title: 'TRIES', cell: ({ attempts }) => String(attempts), align: 'right' },
              {
                title: 'PRICE',
                cell: ({ price }) => (price === undefined ? UNKNOWN : unitsText(BigInt(price))),
                align: 'right',
              },
              {
                title: 'MINER',
                cell: ({ miner, cloud }) => (cloud === undefined ? (miner ?? UNKNOWN) : `cloud: ${printable(cloud)}`),
                mayCut: true,
              },
            ],
            { width: out.width, styleTitle: out.style.dim },
          ),
    )
  },
})

const stateText = ({ state, error, isAudit }: JobsJson['jobs'][number]): string =>
  `${state}${error === undefined ? '' : `: ${error}`}${isAudit === true ? ', an audit' : ''}`

type Context = Parameters<NonNullable<Command['run']>>[0]
type Reached = Pick<Context, 'config' | 'signal' | 'out'>
type Story = (({ readonly side: 'client' } & JobStory) | ({ readonly side: 'miner' } & ServedJson)) & {
  readonly settles: boolean
}

/** Of the running node; where none runs, what the last one left on the disk. */
async function storyOf(context: Reached, id: string): Promise<Story> {
  const { reachNode } = await import('../node/node-access.ts')
  try {
    await using node = await reachNode(context)
    return await node.call<Story>('job', { id })
  } catch (error) {
    const board = await boardOnDisk(context, error)
    const story = board.find(id)
    if (story !== undefined) {
      const { network } = await context.config()
      return { side: 'client', ...story, settles: network.chain.kind !== 'table' }
    }
    const { MeshError } = await import('../../../protocols/kernel/errors.ts')
    throw new MeshError('NOT_FOUND', { what: 'job', id })
  }
}

async function jobsOf(context: Reached, limit: number): Promise<JobsJson> {
  const { reachNode } = await import('../node/node-access.ts')
  try {
    await using node = await reachNode(context)
    return await node.call<JobsJson>('jobs', { limit })
  } catch (error) {
    const board = await boardOnDisk(context, error)
    const { storySummary } = await import('../../client/telling/job-story.ts')
    return { jobs: board.all().slice(-limit).reverse().map(storySummary) }
  }
}

/** @throws `error` where it is another than that no node runs */
async function boardOnDisk({ config }: Reached, error: unknown) {
  const { isMeshError } = await import('../../../protocols/kernel/errors.ts')
  if (!isMeshError(error, 'NODE_NOT_RUNNING')) throw error
  const { join } = await import('node:path')
  const { StoryFile } = await import('../../roles/client/story-file.ts')
  const { folderFiles } = await import('../../storage/data-folder.ts')
  const { StoryBoard } = await import('../../client/telling/story-board.ts')
  const { systemClock } = await import('../../roles/system-clock.ts')
  const { settings } = await config()
  return new StoryBoard(systemClock, new StoryFile(join(settings.dataFolder, folderFiles.stories)).read())
}
