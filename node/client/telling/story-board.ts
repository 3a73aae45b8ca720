/** The stories of the latest jobs of this client, kept as they happen. */
import { AgeingMap } from '../../../protocols/kernel/ageing-map.ts'
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import type { AttemptId, JobId } from '../../../protocols/kernel/ids.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import type { LineEvent } from '../paying/line-event.ts'
import type { JobEvent } from '../running/job-runner.ts'
import { type AttemptStory, afterJobEvent, afterLineEvent, type JobStory, storyError } from './job-story.ts'

/** Some minutes of a busy client; about 2 KB each. */
const STORIES_MAX = 500

export class StoryBoard {
  readonly #clock: Clock
  readonly #stories = new AgeingMap<JobId, JobStory>()
  readonly #jobs = new Map<AttemptId, JobId>()

  /** @param earlier of a run before, the oldest first */
  constructor(clock: Clock, earlier: readonly JobStory[] = []) {
    this.#clock = clock
    for (const story of earlier.slice(-STORIES_MAX)) this.begin(story)
  }

  begin(story: JobStory): void {
    this.#stories.set(story.job, story)
    for (const { attempt } of story.attempts) this.#jobs.set(attempt, story.job)
    if (this.#stories.size > STORIES_MAX) this.#forgetOldest()
  }

  job(job: JobId, event: JobEvent): void {
    const story = this.#stories.get(job)
    if (story === undefined) return
    if (event.kind === 'trying') this.#jobs.set(event.attempt, job)
    this.#stories.set(job, afterJobEvent(story, event, this.#clock.nowMs()))
  }

  ended(job: JobId, error?: MeshError): void {
    const story = this.#stories.get(job)
    if (story === undefined) return
    const endedAtMs = this.#clock.nowMs()
    this.#stories.set(
      job,
      error === undefined
        ? { ...story, state: 'answered', endedAtMs }
        : { ...story, state: 'failed', endedAtMs, error: storyError(error) },
    )
  }

  line(event: LineEvent): void {
    for (const attempt of attemptsOf(event)) {
      const job = this.#jobs.get(attempt)
      const story = job === undefined ? undefined : this.#stories.get(job)
      if (story !== undefined) this.#stories.set(story.job, afterLineEvent(story, attempt, event, this.#clock.nowMs()))
    }
  }

  /** The oldest first. */
  all(): readonly JobStory[] {
    return [...this.#stories.values()]
  }

  /** By the job's id, an attempt's id, or the first characters of either where they name one job alone. */
  find(id: string): JobStory | undefined {
    const exact = this.#stories.get(id as JobId) ?? this.#ofAttempt(id)
    if (exact !== undefined) return exact
    const near = this.all().filter(
      ({ job, attempts }) => job.startsWith(id) || attempts.some(({ attempt }: AttemptStory) => attempt.startsWith(id)),
    )
    return near.length === 1 ? near[0] : undefined
  }

  #ofAttempt(id: string): JobStory | undefined {
    const job = this.#jobs.get(id as AttemptId)
    return job === undefined ? undefined : this.#stories.get(job)
  }

  #forgetOldest(): void {
    const job = this.#stories.oldest()!
    for (const { attempt } of this.#stories.get(job)!.attempts) this.#jobs.delete(attempt)
    this.#stories.delete(job)
  }
}

function attemptsOf(event: LineEvent): readonly AttemptId[] {
  switch (event.kind) {
    case 'receipt':
      return [event.attempt]
    case 'signed':
      return event.voucher.agreements
    case 'dispute':
      return event.attempt === undefined ? [] : [event.attempt]
    default:
      return []
  }
}
