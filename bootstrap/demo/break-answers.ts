/**
 * Makes a running miner give false answers, for `aitbc up`, demonstrations and tests: its engine computes as ever, and what it says is
 * exchanged for something that looks like it. Nothing of a node leads here, and no setting does.
 */
import type { RunningNode } from '../../node/roles/start-node.ts'
import { equalBytes } from '../../protocols/kernel/bytes.ts'
import { assert } from '../../protocols/kernel/errors.ts'
import { elementBits, type Tensor } from '../../protocols/wire/job/tensor.ts'

export interface BrokenAnswers extends Disposable {
  /** False answers that were given. */
  readonly lies: number
}

/**
 * From here on, until disposed.
 * @param lies whether the next answer is false; each is where absent
 * @throws MeshError BUG where the node is no miner
 */
export function breakAnswers({ miner }: RunningNode, lies: () => boolean = () => true): BrokenAnswers {
  assert(miner !== undefined, 'a miner gives answers')
  let told = 0
  const sessions = [...miner.models.all()].flatMap(({ seats }) => seats.map(({ session }) => session))
  const honest = sessions.map((session) => {
    const { run } = session
    session.run = async (...call) => {
      const result = await run.apply(session, call)
      if (!lies()) return result
      told++
      return { ...result, outputs: result.outputs.map(falseAnswer) }
    }
    return { session, run }
  })
  return {
    get lies() {
      return told
    },
    [Symbol.dispose]() {
      for (const { session, run } of honest) session.run = run
    },
  }
}

/** The same numbers, each in the place of the next: what a miner may say that never ran the model. */
function falseAnswer(tensor: Tensor): Tensor {
  const { data, type } = tensor
  const bytes = Math.max(1, elementBits[type] / 8)
  const moved = new Uint8Array(data.length)
  moved.set(data.subarray(bytes))
  moved.set(data.subarray(0, bytes), Math.max(0, data.length - bytes))
  // One number alone, or equal ones.
  if (equalBytes(moved, data) && moved.length > 0) moved[moved.length - 1] = moved.at(-1)! ^ 0x40
  return { ...tensor, data: moved }
}
