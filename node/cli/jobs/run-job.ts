/** `aitbc run` from the words of the command line to the voucher on the screen. */
import { existsSync } from 'node:fs'
import { EXIT } from '../../../protocols/kernel/error-projections.ts'
import { isMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { RoutingPolicy } from '../../../protocols/rules/routing/routing-policy.ts'
import type { CloudConsent } from '../../../protocols/rules/venue/choose-venue.ts'
import type { Tensor, TensorSpec } from '../../../protocols/wire/job/tensor.ts'
import { serviceText } from '../../client/service-level/service-story.ts'
import type { CloudRunAnswer, EdgeRunAnswer, RunAnswer, RunEvent, RunResult } from '../../control/methods/run-method.ts'
import { jsonOfTensor, tensorOfJson } from '../../control/methods/tensor-json.ts'
import { openModelFile, shippedModelId } from '../../models/open-model-file.ts'
import { type ShippedModel, shippedModels } from '../../models/shipped/index.ts'
import { answerJson } from '../answers/answer-json.ts'
import { answerText } from '../answers/answer-text.ts'
import { planOutput } from '../answers/output-plan.ts'
import { writeOutput } from '../answers/write-output.ts'
import type { CommandContext } from '../frame/command.ts'
import type { Output } from '../frame/output.ts'
import { usageError } from '../frame/usage-error.ts'
import { readInputs } from '../inputs/read-inputs.ts'
import { type NodeAccess, reachMesh } from '../node/node-access.ts'
import { unitsText } from '../screen/credit-amounts.ts'
import { durationText } from '../screen/durations.ts'
import { amountOf } from '../screen/numbers.ts'
import { printable } from '../screen/printable.ts'
import type { Progress } from '../screen/progress.ts'
import { shortHex } from '../screen/short-hex.ts'
import { chosenText } from './chosen-text.ts'
import { findNetworkModel } from './find-network-model.ts'
import { notesText } from './run-notes-text.ts'
import { settledMark } from './unsettled.ts'

interface RunOptions {
  readonly input: readonly string[]
  readonly output: string | undefined
  readonly force: boolean
  readonly priceMax: Credits | undefined
  readonly latencyMax: number | undefined
  readonly policy: RoutingPolicy | undefined
  readonly hedge: boolean
  readonly deadline: number | undefined
  readonly cloud: CloudConsent | undefined
  readonly sensitive: boolean
  readonly sla: boolean
  readonly trace: boolean
  readonly traceparent: string | undefined
}

type Context = CommandContext<{ readonly model: string }, RunOptions>

/** As JSON carries it. */
type InJson<T> = T extends unknown ? Omit<T, 'price'> & { readonly price: string } : never
type AnswerJson = InJson<RunAnswer>

export async function runAndShow(context: Context): Promise<number> {
  const { options, out, signal } = context
  const known = await knownModel(context)
  // What is wrong with the input is said before anybody is asked.
  const early =
    known?.shipped === undefined ? undefined : await inputsOf(context, known.shipped.manifest.inputs, known.shipped)
  await using mesh = await reachMesh(context, { mayBeAlone: mayGoToCloud(options) })
  const model = await describedModel(mesh, known?.id ?? context.arguments.model, context)
  const inputs = early ?? (await inputsOf(context, model.inputs, known?.shipped))
  const plan =
    options.output === undefined
      ? undefined
      : await planOutput({ path: options.output, outputs: model.outputs.map(({ name }) => name), force: options.force })
  let shown: Shown | undefined
  using progress = out.progress(`running ${printable(model.name)}`)
  const take = async (event: unknown): Promise<void> => {
    const told = event as RunEvent
    if (told.kind === 'progress') {
      tellProgress(told, model.name, progress, out)
      return
    }
    const answer = told.answer as unknown as AnswerJson
    const outputs = answer.outputs.map((output) => tensorOfJson(output as Parameters<typeof tensorOfJson>[0]))
    shown = {
      answer,
      outputs,
      shipped: known?.shipped,
      written: plan === undefined ? [] : await writeOutput(plan, outputs, signal),
    }
    const ran = answer.venue === 'edge' ? notesText(answer.notes) : undefined
    if (ran !== undefined && answer.venue === 'edge') out.say(`  Miner ${shortHex(answer.miner)} ran it ${ran}`)
    // Before its evidence, which may take longer than the answer did.
    if (!out.json) await out.write(`${shownAnswer(shown, out)}\n`)
    if (answer.venue === 'edge') progress.relabel('waiting for the receipt and the voucher')
  }
  const result = await named(model, () => mesh.call<RunResult>('run', runParams(model.id, inputs, options), take))
  if (shown === undefined) throw new Error('a run that succeeds tells its answer')
  const { answer, outputs, shipped, written } = shown
  const { outputs: _, ...facts } = answer
  const { receipt, voucher, service, problem, settles } = result
  const evidence = { receipt, voucher, service, problem, settles, written }
  const json = { ...facts, model: model.name, modelId: answer.model, ...answerJson(outputs, shipped), ...evidence }
  await out.print(json, () => shownEvidence(shown!, result, out))
  return problem === undefined ? EXIT.done : EXIT.degraded
}

/** Errors speak of the model by its id; people gave its name. */
async function named<T>({ id, name }: Described, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (isMeshError(error) && error.facts.model === id)
      throw new MeshError(error.code, { ...error.facts, model: name }, error)
    throw error
  }
}

function tellProgress(
  told: Extract<RunEvent, { kind: 'progress' }>,
  model: string,
  progress: Progress,
  out: Output,
): void {
  const { event, miner = '', provider, detail, etaMs = 0 } = told
  if (provider !== undefined)
    out.say(
      `  ${printable(event === 'cloud' ? `To the cloud ${provider}` : `The cloud ${provider} failed`)}: ${printable(detail ?? '')}`,
    )
  else if (detail !== undefined) out.say(`  Miner ${shortHex(miner)} ${event}: ${printable(detail)}`)
  else if (event === 'trying') progress.relabel(`running ${printable(model)} on ${shortHex(miner)}`)
  else if (etaMs > 0) progress.relabel(`running ${printable(model)}, about ${durationText(etaMs)} in all`)
}

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
    throw usageError(`the model ${printable(model)} needs an input: ${takes}`, 'Give it with --input.')
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

function runParams(model: string, inputs: readonly Tensor[], options: RunOptions): object {
  const { priceMax, latencyMax, policy, hedge, deadline, cloud, sensitive, sla, trace, traceparent } = options
  return {
    model,
    inputs: inputs.map(jsonOfTensor),
    ...(priceMax === undefined ? {} : { priceMax: String(priceMax) }),
    ...(latencyMax === undefined ? {} : { latencyMsMax: latencyMax }),
    ...(policy === undefined ? {} : { policy }),
    ...(hedge ? { hedge } : {}),
    ...(deadline === undefined ? {} : { deadlineMs: deadline }),
    ...(cloud === undefined ? {} : { cloud }),
    ...(sensitive ? { sensitive } : {}),
    ...(sla ? { serviceLevel: 'witnessed' } : {}),
    ...(trace ? { trace } : {}),
    ...(traceparent === undefined ? {} : { traceparent }),
  }
}

interface Shown {
  readonly answer: AnswerJson
  readonly outputs: readonly Tensor[]
  readonly shipped: ShippedModel | undefined
  readonly written: readonly string[]
}

type Row = readonly [name: string, value: string]
/** Rows come in two parts, before the evidence and with it, and stand in one column. */
const LABEL_WIDTH = 7
const rowsText = (rows: readonly Row[], { style }: Output): string =>
  rows.map(([name, value]) => `${style.dim(name.padEnd(LABEL_WIDTH))}  ${value}`).join('\n')

function shownAnswer({ answer, outputs, shipped, written }: Shown, out: Output): string {
  const { job, traceId } = answer
  const rows: readonly Row[] = [
    ...(answer.venue === 'edge' ? minerRows(answer) : cloudRows(answer)),
    ['job', `${job}  (aitbc jobs show ${job.slice(0, 8)})`],
    ...(traceId === undefined ? [] : [['trace', traceId] as const]),
    ...written.map((path): Row => ['written', path]),
  ]
  return [...answerText(outputs, shipped), '', rowsText(rows, out)].join('\n')
}

function minerRows(answer: InJson<EdgeRunAnswer>): readonly Row[] {
  const { miner, chosen, attempts, totalMs, roundTripMs, waitedMs, computedMs } = answer
  const tries = attempts > 1 ? ` (${amountOf(attempts, 'attempt')})` : ''
  const inside = `${durationText(waitedMs)} waiting and ${durationText(computedMs)} computing`
  return [
    ['miner', `${miner}${tries}`],
    ...(chosen === undefined ? [] : [['chosen', chosenText(chosen)] as const]),
    ['time', `${durationText(totalMs)} in all; ${durationText(roundTripMs)} there and back, of it ${inside}`],
  ]
}

function cloudRows(answer: InJson<CloudRunAnswer>): readonly Row[] {
  const { provider, served, attempts, totalMs, cloudMs, isCut } = answer
  const tries = attempts > 0 ? `, after ${amountOf(attempts, 'miner')}` : ''
  return [
    ['venue', `cloud: ${printable(provider)}, which says that it ran ${printable(served)}${tries}`],
    ['time', `${durationText(totalMs)} in all; ${durationText(cloudMs)} there`],
    ...(isCut ? [['cut', 'its text ends at cloudTokensMax'] as const] : []),
  ]
}

const mayGoToCloud = ({ cloud = 'never', sensitive }: RunOptions): boolean => cloud !== 'never' && !sensitive

/** One that no miner serves a cloud may, where the job allows it. */
async function describedModel(
  mesh: NodeAccess,
  id: string,
  { arguments: { model }, options }: Context,
): Promise<Described> {
  try {
    return (await findNetworkModel(mesh, id, model)) as unknown as Described
  } catch (error) {
    if (!mayGoToCloud(options) || !isMeshError(error, 'MODEL_UNKNOWN', 'NO_PEERS')) throw error
    const { model: found } = await mesh.call<{ readonly model: Described | null }>('cloud-model', { model: id })
    if (found === null) throw error
    return found
  }
}

function shownEvidence({ answer }: Shown, result: RunResult, out: Output): string {
  const { receipt, voucher, service, problem, settles } = result
  if (answer.venue === 'cloud') {
    return rowsText(
      [['price', `${unitsText(BigInt(answer.price))} by the prices in the settings; the cloud bills it`]],
      out,
    )
  }
  const mark = settledMark(settles)
  const rows: readonly Row[] = [
    ['price', `${unitsText(BigInt(answer.price))}${mark}`],
    [
      'receipt',
      receipt === undefined
        ? 'none came'
        : `output ${shortHex(receipt.outputRoot)}, signed in batch ${shortHex(receipt.batch)}`,
    ],
    [
      'voucher',
      voucher === undefined ? 'not yet' : `${unitsText(BigInt(voucher.cumulative))} in all to this miner${mark}`,
    ],
    ...(service === undefined
      ? []
      : [['service', `${serviceText(service)}; ${unitsText(BigInt(service.paid))}${mark} owed`] as const]),
    ...(problem === undefined ? [] : [['problem', printable(problem.message)] as const]),
  ]
  return rowsText(rows, out)
}
