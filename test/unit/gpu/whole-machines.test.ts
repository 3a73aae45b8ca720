import { describe, expect, it } from 'vitest'
import { allBackends } from '../../../node/gpu/all-backends.ts'
import { CardMonitor } from '../../../node/gpu/card-monitor.ts'
import { detectCards } from '../../../node/gpu/detect-cards.ts'
import type { GpuBackend } from '../../../node/gpu/gpu-backend.ts'
import type { Machine } from '../../../node/gpu/machine.ts'
import { amdSmiMachine, navi31Machine, rocmSmiMachine, vegaMachine } from '../../support/recordings/amd-recordings.ts'
import { orinNanoMachine } from '../../support/recordings/jetson-recordings.ts'
import { RecordedMachine, type Recording } from '../../support/recordings/recorded-machine.ts'

/** The processor, and the Node.js that asks Dawn, are this machine's own. */
const linux = (machine: Machine): readonly GpuBackend[] =>
  allBackends(machine).filter(({ name }) => name !== 'processor' && name !== 'webgpu')

async function cardsOf(recording: Recording) {
  const machine = new RecordedMachine(recording)
  return machine.passing(detectCards(linux(machine), machine.clock))
}

describe('the watch on a whole machine', () => {
  const watch = async (recording: Recording) => {
    const machine = new RecordedMachine(recording)
    const backends = linux(machine)
    const { cards } = await machine.passing(detectCards(backends, machine.clock))
    machine.runs.length = 0
    await using monitor = new CardMonitor({ backends, cards, clock: machine.clock })
    await machine.passing(monitor.readNow())
    return { machine, readings: monitor.cards().map(({ readings }) => readings.at(-1)) }
  }

  it('starts no Python for a card that the kernel tells about', async () => {
    const { machine, readings } = await watch({ ...navi31Machine, ...amdSmiMachine })
    expect(machine.runs).toEqual([])
    expect(readings).toMatchObject([{ temperaturesC: { edge: 61 }, powerW: 327 }])
  })

  it('asks tools all the same where nothing else tells, as in a container', async () => {
    const { machine, readings } = await watch(amdSmiMachine)
    expect(machine.runs).toEqual(['amd-smi metric --json'])
    expect(readings).toMatchObject([{ powerW: 327 }])
  })
})

describe('a whole machine', () => {
  it('has one Radeon, whether its driver, amd-smi or both are asked', async () => {
    const { cards } = await cardsOf({ ...navi31Machine, ...amdSmiMachine })
    expect(cards).toHaveLength(1)
    expect(cards[0]).toMatchObject({
      facts: {
        key: 'pci/0000:03:00.0',
        seenBy: ['amd-smi', 'amdgpu'],
        name: 'AMD Radeon RX 7900 XTX',
        uuid: '81f5a0bb1d7c6e42',
        cores: 96,
        limits: { powerWDefault: 339, powerWMax: 389 },
      },
      reading: { temperaturesC: { edge: 61, hotspot: 84, memory: 78 }, powerW: 327 },
    })
  })

  it('has its Radeon though amd-smi hangs and rocm-smi prints nonsense', async () => {
    const { cards, reports } = await cardsOf({ ...navi31Machine, tools: { 'amd-smi': 'hangs', 'rocm-smi': '<html>' } })
    expect(cards.map(({ facts }) => facts.seenBy)).toEqual([['amdgpu']])
    expect(reports.filter(({ finding }) => finding.kind === 'failed').map(({ backend }) => backend)).toEqual([
      'amd-smi',
      'rocm-smi',
    ])
  })

  it('has a Radeon and the graphics of its processor (recorded)', async () => {
    const { cards } = await cardsOf(vegaMachine)
    expect(cards.map(({ facts }) => [facts.vendor, facts.key, facts.form])).toEqual([
      ['amd', 'pci/0000:09:00.0', 'discrete'],
      ['intel', 'pci/0000:00:02.0', 'integrated'],
    ])
  })

  it('has as many accelerators as rocm-smi lists (recorded)', async () => {
    expect((await cardsOf(rocmSmiMachine('mi100_rocm571.json'))).cards).toHaveLength(6)
    expect((await cardsOf(rocmSmiMachine('torchserve-sample_amd_metrics.json'))).cards).toHaveLength(2)
  })

  it('is called by the module of its device tree, where nvidia-smi names all of them alike', async () => {
    const nvidiaSmi =
      '<?xml version="1.0" ?>\n<nvidia_smi_log><driver_version>540.4.0</driver_version><attached_gpus>1</attached_gpus><gpu id="00000000:00:00.0"><product_name>Orin (nvgpu)</product_name></gpu></nvidia_smi_log>'
    const { cards } = await cardsOf({
      ...orinNanoMachine,
      tools: { ...orinNanoMachine.tools, 'nvidia-smi': nvidiaSmi },
    })
    expect(cards.map(({ facts }) => facts.name)).toContain('Jetson Orin Nano 8GB')
    expect(cards).toHaveLength(1)
  })
})
