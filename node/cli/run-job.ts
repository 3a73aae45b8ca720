/** `aitbc run` from the words of the command line to the voucher on the screen. */
import { existsSync } from 'node:fs'
import { EXIT } from '../../protocols/kernel/error-projections.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import type { Tensor, TensorSpec } from '../../protocols/wire/job/tensor.ts'
import type { RunAnswer, RunEvent, RunResult } from '../control/methods/run-method.ts'
import { jsonOfTensor, tensorOfJson } from '../control/methods/tensor-json.ts'
import { openModelFile, shippedModelId } from '../models/open-model-file.ts'
import { type ShippedModel, shippedModels } from '../models/shipped/index.ts'
import { answerJson } from './answers/answer-json.ts'
import { answerText } from './answers/answer-text.ts'
import { type OutputPlan, planOutput } from './answers/output-plan.ts'
import { writeOutput } from './answers/write-output.ts'
import type { CommandContext } from './command.ts'
import { unitsText } from './credit-amounts.ts'
import { durationText } from './durations.ts'
import { readInputs } from './inputs/read-inputs.ts'
import type { ModelsJson } from './models-command.ts'
import { type NodeAccess, reachMesh } from './node-access.ts'
import { amountOf } from './numbers.ts'
import { printable } from './printable.ts'
import { pairs } from './table.ts'
import { settledMark } from './unsettled.ts'
import { usageError } from './usage-error.ts'

interface RunOptions {
  readonly input: readonly string[]
  readonly output: string | undefined
  readonly force: boolean
  readonly priceMax: Credits | undefined
  readonly latencyMax: number | undefined
  readonly deadline: number | undefined
}

type Context = CommandContext<{ readonly model: string }, RunOptions>

/** As JSON carries it. */
type AnswerJson = Omit<RunAnswer, 'price'> & { readonly price: string }

export async function runAndShow(context: Context): Promise<number> {
  const { options, out, signal } = context
  const known = await knownModel(context)
  // What is wrong with the input is said before anybody is asked.
  const early =
    known?.shipped === undefined ? undefined : await inputsOf(context, known.shipped.manifest.inputs, known.shipped)
  await using mesh = await reachMesh(context)
  const model = await describe(mesh, known?.id ?? context.arguments.model)
  const inputs = early ?? (await inputsOf(context, model.inputs, known?.shipped))
  const plan =
    options.output === undefined
      ? undefined
      : await planOutput({ path: options.output, outputs: model.outputs.map(({ name }) => name), force: options.force })
  let shown: Shown | undefined
  using progress = out.progress(`running ${printable(model.name)}`)
  void progress
  const result = await mesh.call<RunResult>('run', runParams(model.id, inputs, options), (event) => {
    const told = event as RunEvent
    if (told.kind === 'progress') {
      if (told.detail !== undefined) out.say(`  ${told.miner ?? ''} ${printable(told.detail)}`)
      return
    }
    shown = shownOf(told.answer as unknown as AnswerJson)
  })
  if (shown === undefined) throw new Error('a run that succeeds tells its answer')
  const written = plan === undefined ? [] : await save(plan, shown, signal)
  await print(context, model.name, shown, result, known?.shipped, written)
  return result.problem === undefined ? EXIT.done : EXIT.degraded
}

interface Shown {
  readonly answer: AnswerJson
  readonly outputs: readonly Tensor[]
}

const shownOf = (answer: AnswerJson): Shown => ({
  answer,
  outputs: answer.outputs.map((output) => tensorOfJson(output as Parameters<typeof tensorOfJson>[0])),
})

const save = (plan: OutputPlan, { outputs }: Shown, signal: AbortSignal): Promise<readonly string[]> =>
  writeOutput(plan, outputs, signal)

interface Known {
  readonly id: string
  readonly shipped: ShippedModel | undefined
}

/** A shipped model by its name, or a file by its bytes; everything else the network knows. */
async function knownModel({ arguments: { model }, signal }: Context): Promise<Known | undefined> {
  const shipped = shippedModels().find(({ name }) => name === model)
  if (shipped !== undefined) return { id: shippedModelId(model)!, shipped }
  if (!existsSync(model)) return undefined
  const { id } = await openModelFile(model, signal)
  return { id, shipped: undefined }
}

async function inputsOf(
  { options, signal, arguments: { model } }: Context,
  specs: readonly TensorSpec[],
  shipped: ShippedModel | undefined,
): Promise<readonly Tensor[]> {
  if (options.input.length === 0) {
    const takes = specs.map(({ name, type, dims }) => `${name}: ${type} [${dims.join(', ')}]`).join(', ')
    throw usageError(`${printable(model)} needs an input: ${takes}`, 'Give it with --input.')
  }
  const stdin = process.stdin.isTTY === true ? undefined : process.stdin
  return readInputs({ given: options.input, specs, shipped, stdin, signal })
}

interface Described {
  readonly id: string
  readonly name: string
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
}

/** @throws MeshError MODEL_UNKNOWN, with what there is */
async function describe(mesh: NodeAccess, idOrName: string): Promise<Described> {
  const { network } = await mesh.call<ModelsJson>('models')
  const found = network.filter(({ id, name }) => id === idOrName || name === idOrName)
  if (found.length === 1) return found[0] as unknown as Described
  const { MeshError } = await import('../../protocols/kernel/errors.ts')
  const shipped = shippedModels().find(({ name }) => shippedModelId(name) === idOrName)
  throw new MeshError('MODEL_UNKNOWN', { model: shipped?.name ?? idOrName })
}

function runParams(model: string, inputs: readonly Tensor[], { priceMax, latencyMax, deadline }: RunOptions): object {
  return {
    model,
    inputs: inputs.map(jsonOfTensor),
    ...(priceMax === undefined ? {} : { priceMax: String(priceMax) }),
    ...(latencyMax === undefined ? {} : { latencyMsMax: latencyMax }),
    ...(deadline === undefined ? {} : { deadlineMs: deadline }),
  }
}

async function print(
  { out }: Context,
  name: string,
  { answer, outputs }: Shown,
  result: RunResult,
  shipped: ShippedModel | undefined,
  written: readonly string[],
): Promise<void> {
  const { outputs: _, ...facts } = answer
  const { receipt, voucher, problem, settles } = result
  const json = {
    ...facts,
    model: name,
    modelId: answer.model,
    ...answerJson(outputs, shipped),
    receipt,
    voucher,
    problem,
    settles,
    written,
  }
  await out.print(json, () => {
    const rows: (readonly [string, string])[] = [
      ['miner', `${answer.miner}${answer.attempts > 1 ? ` (${amountOf(answer.attempts, 'attempt')})` : ''}`],
      ['price', `${unitsText(BigInt(answer.price))}${settledMark(settles)}`],
      [
        'time',
        `${durationText(answer.totalMs)}: ${durationText(answer.roundTripMs)} there and back, ${durationText(answer.waitedMs)} waiting, ${durationText(answer.computedMs)} computing`,
      ],
      ['receipt', receipt === undefined ? 'none came' : `${receipt.outputRoot} in batch ${receipt.batch}`],
      [
        'voucher',
        voucher === undefined
          ? 'not yet'
          : `${unitsText(BigInt(voucher.cumulative))} in all to this miner${settledMark(settles)}`,
      ],
      ['job', answer.job],
      ...written.map((path) => ['written', path] as const),
      ...(problem === undefined ? [] : [['problem', problem.message] as const]),
    ]
    return [...answerText(outputs, shipped), '', pairs(rows, { styleTitle: out.style.dim })].join('\n')
  })
}
