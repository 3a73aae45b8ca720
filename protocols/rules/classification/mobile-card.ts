/** Whether a card is of a phone, a handheld or a board: its memory is the machine's, and heat and battery are short. */
import type { CardVendor } from '../cards/card-facts.ts'
import type { ConsumerGpuProfile } from './gpu-profile.ts'

/** What these makers design goes into phones, tablets and boards; Qualcomm's and Apple's into laptops too. */
const MOBILE_MAKERS: readonly CardVendor[] = ['arm', 'samsung', 'broadcom', 'imagination']

/** Jetson, Adreno, Mali, Apple's A series, the Steam Deck and its like. `undefined` where nobody says what it sits in. */
export function isMobileCard({
  supportsMobileDeployment,
  form,
  vendor,
}: Pick<ConsumerGpuProfile, 'supportsMobileDeployment' | 'form' | 'vendor'>): boolean | undefined {
  if (supportsMobileDeployment === true || form === 'embedded') return true
  if (vendor !== undefined && MOBILE_MAKERS.includes(vendor)) return true
  // Phones have processors too.
  return form === undefined || form === 'cpu' ? undefined : false
}
