/** What is to be known before figures of several cards are used. */

export const CLOCK_1380 =
  'highest clock 1380 MHz as powermetrics records it; the table of Hugging Face implies 1600 MHz for the base and Pro chips'
export const CLOCK_1578 =
  'highest clock 1578 MHz as powermetrics records it; the table of Hugging Face implies 1800 MHz'
export const CLOCK_IN_DOUBT = 'the clock is 1470 or 1578 MHz, neither confirmed, so fp32 is left out'
export const CLOCK_UNKNOWN = 'the clock is not documented; matrix units in every core, whose rate is not published'
export const EXPORT_LIMITED = 'sold in China; its tensor rate is limited by firmware and not known'
export const GAME_CLOCK = 'the maker publishes a game clock and no fixed boost, so rates are left out'
export const LOWER_OF_TWO = 'two sources differ by 10 to 25 %; the lower figure is used'
export const LOW_CLOCK = 'the clock is the lowest of the range, at a low power limit; good laptops run far higher'
export const SHARES_MEMORY =
  'its memory is the machine’s; the bandwidth is the most that the platform supports, with memory in two channels or soldered'
export const SINGLE_ISSUE = 'fp32 counts single issue; the maker’s headline counts two and is twice as high'
export const THOR_NAME = 'CUDA 12 called this chip sm_101, CUDA 13 calls it sm_110'
export const TOP_CLOCK = 'the clock is the highest that is allowed; it falls with the power limit of the laptop'
