/** What the files of i915 and xe say of a card. */
import { known } from '../../../protocols/kernel/known.ts'
import type { CardFacts, CardLimits } from '../../../protocols/rules/cards/card-facts.ts'
import { busAddressOf, keyOfDrm, pciIdOf } from '../sysfs/drm-cards.ts'
import { scaled } from '../sysfs/hwmon.ts'
import { type KernelTexts, uevent } from '../sysfs/kernel-text.ts'
import { countIn } from '../text/numbers.ts'
import { limitW, memoryBytes, temperatureC } from '../text/plausible.ts'
import { wordsIn } from '../text/words.ts'
import { memoryFiles } from './intel-card-files.ts'
import { sensorAt } from './intel-reading.ts'

/** Intel's processors have their graphics here, all of them since 2004; cards come behind a bridge. */
const INTEGRATED_PLACE = /^0000:00:02\./

export function intelFacts(name: string, identity: KernelTexts, card: KernelTexts, hwmon: KernelTexts): CardFacts {
  const busAddress = busAddressOf(identity)
  const isIntegrated = busAddress === undefined ? undefined : INTEGRATED_PLACE.test(busAddress)
  return known<CardFacts>({
    key: keyOfDrm({ name, identity }),
    seenBy: ['intel-sysfs'],
    vendor: 'intel',
    pci: pciIdOf(identity),
    busAddress,
    form: isIntegrated === undefined ? undefined : isIntegrated ? 'integrated' : 'discrete',
    memoryBytes: memoryOf(card),
    sharesMemory: isIntegrated,
    driver: wordsIn(uevent(identity.get('uevent'), 'DRIVER')),
    platforms: {},
    limits: limitsIn(hwmon),
  })
}

/** All tiles' together; what a processor's graphics may borrow no file says. */
function memoryOf(card: KernelTexts): number | undefined {
  const sizes = memoryFiles.map((file) => memoryBytes(countIn(card.get(file)))).filter((size) => size !== undefined)
  return sizes.length === 0 ? undefined : memoryBytes(sizes.reduce((all, size) => all + size, 0))
}

function limitsIn(hwmon: KernelTexts): CardLimits {
  const [core, memory] = [sensorAt(hwmon, 'pkg'), sensorAt(hwmon, 'vram')]
  const watts = (file: string) => limitW(scaled(hwmon, file, 1_000_000))
  const celsius = (sensor: string, end: string) => temperatureC(scaled(hwmon, `${sensor}_${end}`, 1_000))
  return known<CardLimits>({
    powerWDefault: watts('power1_rated_max') ?? watts('power2_rated_max'),
    slowdownC: celsius(core, 'crit'),
    shutdownC: celsius(core, 'emergency'),
    memoryCMax: celsius(memory, 'crit'),
  })
}
