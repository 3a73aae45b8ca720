/** What a node pays at most for a unit of gas, by its settings. */
import type { Settings } from '../../config/settings.ts'

const WEI_PER_GWEI = 10n ** 9n

export const gasCeilingWei = ({ gasGweiMax }: Pick<Settings, 'gasGweiMax'>): bigint => BigInt(gasGweiMax) * WEI_PER_GWEI
