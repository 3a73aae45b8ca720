import { describe, expect, it } from 'vitest'
import { AdrenoSysfs } from '../../../node/gpu/adreno-sysfs/adreno-sysfs.ts'
import { AmdSmi } from '../../../node/gpu/amd-smi/amd-smi.ts'
import { Amdgpu } from '../../../node/gpu/amdgpu/amdgpu.ts'
import { Apple } from '../../../node/gpu/apple/apple.ts'
import type { GpuBackend } from '../../../node/gpu/gpu-backend.ts'
import { IntelSysfs } from '../../../node/gpu/intel-sysfs/intel-sysfs.ts'
import type { Machine } from '../../../node/gpu/machine.ts'
import { MaliSysfs } from '../../../node/gpu/mali-sysfs/mali-sysfs.ts'
import { RocmSmi } from '../../../node/gpu/rocm-smi/rocm-smi.ts'
import { matchCard } from '../../../protocols/catalogue/match-card.ts'
import {
  amdSmiMachine,
  navi31Machine,
  rocmSmiMachine,
  steamDeckMachine,
} from '../../support/recordings/amd-recordings.ts'
import { m1Machine } from '../../support/recordings/apple-recordings.ts'
import { arcA770Machine, arcB580Machine } from '../../support/recordings/intel-recordings.ts'
import {
  adreno740Machine,
  maliG76Machine,
  maliG78Machine,
  maliG610Machine,
} from '../../support/recordings/phone-recordings.ts'
import type { Recording } from '../../support/recordings/recorded-machine.ts'
import { cardsOn } from '../../support/recordings/see-cards.ts'

const amdgpu = (machine: Machine) => new Amdgpu(machine)
const intel = (machine: Machine) => new IntelSysfs(machine)
const mali = (machine: Machine) => new MaliSysfs(machine)

const cases: readonly (readonly [string, (machine: Machine) => GpuBackend, Recording, readonly string[]])[] = [
  ['by device and revision', amdgpu, navi31Machine, ['radeon-rx-7900-xtx']],
  ['by device and revision', amdgpu, steamDeckMachine, ['steam-deck-lcd']],
  [
    'by device and revision',
    (machine) => new RocmSmi(machine),
    rocmSmiMachine('rx6700xt_rocm612.json'),
    ['radeon-rx-6700-xt'],
  ],
  ['by what amd-smi prints', (machine) => new AmdSmi(machine), amdSmiMachine, ['radeon-rx-7900-xtx']],
  ['by its device', intel, arcB580Machine, ['arc-b580']],
  ['as far as its device tells', intel, arcA770Machine, ['arc-a770-8gb', 'arc-a770-16gb']],
  ['by its cores', (machine) => new Apple(machine), m1Machine, ['apple-m1-7core']],
  ['by its model', (machine) => new AdrenoSysfs(machine), adreno740Machine, ['adreno-740']],
  ['by its cores', mali, maliG78Machine, ['mali-g78-mc20']],
  ['by its cores', mali, maliG610Machine, ['mali-g610-mc4']],
  ['by its cores', mali, maliG76Machine, ['mali-g76-mc12']],
]

describe('a card', () => {
  it.each(cases)('is recognised %s', async (_, make, recording, models) => {
    const [card] = await cardsOn(make, recording)
    const match = matchCard(card!.facts)
    const rows = match.kind === 'none' ? [] : match.kind === 'row' ? [match.row] : match.rows
    expect(rows.map(({ id }) => id)).toEqual(models)
  })
})
