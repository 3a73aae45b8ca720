/**
 * Every metric of a node, once: what it is and in which unit. Names, units and types follow the conventions of Prometheus;
 * docs/telemetry.md has this table. Labels are words of closed lists, or names that the owner gave; no model, peer or address is one.
 */

interface MetricBase {
  /** One sentence without a full stop. */
  readonly help: string
  readonly labels?: readonly string[]
}
export interface CounterRow extends MetricBase {
  readonly type: 'counter'
}
export interface GaugeRow extends MetricBase {
  readonly type: 'gauge'
}
export interface HistogramRow {
  readonly type: 'histogram'
  readonly help: string
  /** Upper bounds, rising; +Inf is added. */
  readonly buckets: readonly number[]
}
export type MetricRow = CounterRow | GaugeRow | HistogramRow

/** From an inference on a processor to work that takes a minute. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const

export const metricTable = {
  aitbc_node_info: {
    type: 'gauge',
    help: 'Always 1, with the version of the program and the network',
    labels: ['version', 'network'],
  },
  aitbc_events_total: {
    type: 'counter',
    help: 'What happened to this node, by kind; detail is the word that the kind is split by',
    labels: ['kind', 'detail'],
  },

  // Audits
  aitbc_audits_total: {
    type: 'counter',
    help: 'Answers that this client had computed once more, by what was found; by is twin, or canary for private input',
    labels: ['outcome', 'by'],
  },
  aitbc_audit_cost_credits_total: { type: 'counter', help: 'What audits of this client have cost, in credits' },
  aitbc_audits_told_total: {
    type: 'counter',
    help: 'Audits that clients told this miner of; fair says whether the receipt was drawn as they had committed to',
    labels: ['outcome', 'fair'],
  },

  // The miner
  aitbc_jobs_total: {
    type: 'counter',
    help: 'Jobs at this miner by outcome; reason says why one was refused or aborted',
    labels: ['outcome', 'reason'],
  },
  aitbc_jobs_running: { type: 'gauge', help: 'Jobs that run or wait at this miner' },
  aitbc_jobs_max: { type: 'gauge', help: 'Jobs that may run or wait at this miner (setting jobsMax)' },
  aitbc_job_queue_seconds: {
    type: 'histogram',
    help: 'How long finished jobs waited for the engine of this miner',
    buckets: SECONDS,
  },
  aitbc_job_compute_seconds: {
    type: 'histogram',
    help: 'How long the engine of this miner computed finished jobs',
    buckets: SECONDS,
  },
  aitbc_paused: { type: 'gauge', help: '1 while this miner takes no new jobs, for its owner said so; else 0' },
  aitbc_care_admits: {
    type: 'gauge',
    help: '1 while care for the cards and their owner lets new jobs in, 0 while heat, hours, a program or the owner hold them back',
  },
  aitbc_care_load_share: { type: 'gauge', help: 'Share of the usual jobs that care lets run at once, 0 to 1' },
  aitbc_care_hold_start_timestamp_seconds: {
    type: 'gauge',
    help: 'Unix time since which work is held back, by what holds it; card is its place in aitbc gpu, empty where it is the whole miner',
    labels: ['card', 'by'],
  },
  aitbc_card_admits: {
    type: 'gauge',
    help: '1 while a card that models run on takes new jobs, 0 while something holds it or the whole miner',
    labels: ['card'],
  },
  aitbc_card_load_share: {
    type: 'gauge',
    help: 'Share of the usual work that may run on a card that models run on, 0 to 1',
    labels: ['card'],
  },
  aitbc_card_temperature_celsius: {
    type: 'gauge',
    help: 'Temperature of a card by sensor (edge, hotspot, memory); card is its place in aitbc status, from 1',
    labels: ['card', 'sensor'],
  },
  aitbc_card_power_watts: { type: 'gauge', help: 'What a card takes', labels: ['card'] },
  aitbc_card_power_share_watts: {
    type: 'gauge',
    help: 'What a card may draw of the budget of its owner (powerMax)',
    labels: ['card'],
  },
  aitbc_power_budget_watts: { type: 'gauge', help: 'What all cards that models run on may draw together' },
  aitbc_power_drawn_watts: {
    type: 'gauge',
    help: 'What they draw, by the mean of ten seconds; of those that do not tell what they may',
  },
  aitbc_line_bits_per_second: {
    type: 'gauge',
    help: 'What the line of this miner was seen to carry in large transfers of the last week, by way (up, down)',
    labels: ['way'],
  },
  aitbc_region_latency_seconds: { type: 'gauge', help: "Median round trip to peers of this miner's own region" },
  aitbc_timed_regions: { type: 'gauge', help: 'Regions that this miner knows how far away they are' },
  aitbc_asked_credits: {
    type: 'gauge',
    help: 'What this miner asks for one inference in the standard class, of its cheapest and its dearest model (least, most)',
    labels: ['end'],
  },
  aitbc_idle_seconds: { type: 'gauge', help: 'Since this miner last took or ended a job' },
  aitbc_models_served: { type: 'gauge', help: 'Models that this miner serves' },
  aitbc_engine_respawns_total: { type: 'counter', help: 'Engines that ended and were started again' },
  aitbc_offer_peers: {
    type: 'gauge',
    help: 'Peers that were told of the offer when it was last published; 0 while paused',
  },
  aitbc_offer_seen_peers: { type: 'gauge', help: 'Peers that knew the offer when they were last asked' },
  aitbc_offer_asked_peers: {
    type: 'gauge',
    help: 'Peers that answered when they were last asked whether they know the offer',
  },

  // The client
  aitbc_requests_total: {
    type: 'counter',
    help: 'Jobs that this client asked for, by outcome; reason is the code of the error where nobody answered',
    labels: ['outcome', 'reason'],
  },
  aitbc_requests_running: { type: 'gauge', help: 'Jobs that this client waits for' },
  aitbc_request_seconds: {
    type: 'histogram',
    help: 'From the call of the application to the answer, miners that could not included',
    buckets: SECONDS,
  },
  aitbc_attempts_failed_total: {
    type: 'counter',
    help: 'Attempts that a miner refused or failed, by the reason of the refusal or the code of the error',
    labels: ['reason'],
  },
  aitbc_request_attempts_total: { type: 'counter', help: 'Miners that answered jobs were tried at' },

  aitbc_cloud_jobs_total: {
    type: 'counter',
    help: 'Jobs that went to the cloud, by the reason',
    labels: ['why'],
  },
  aitbc_cloud_failures_total: {
    type: 'counter',
    help: 'Jobs that the cloud did not answer, by the code of the error',
    labels: ['reason'],
  },
  aitbc_cloud_credits_total: {
    type: 'counter',
    help: 'What the cloud cost by the configured prices, with what it may have billed for jobs that it did not answer',
  },
  aitbc_cloud_seconds: { type: 'histogram', help: 'How long answers of the cloud took', buckets: SECONDS },
  aitbc_cloud_spent_credits: { type: 'gauge', help: 'Spent today (UTC) of the budget of the cloud' },
  aitbc_cloud_budget_credits: { type: 'gauge', help: 'What the cloud may cost in a day (UTC)' },

  aitbc_searches_total: { type: 'counter', help: 'How often directories were asked for offers' },
  aitbc_search_answers_total: {
    type: 'counter',
    help: 'Directories that answered in time when they were asked for offers',
  },
  aitbc_gateway_errors_total: {
    type: 'counter',
    help: 'Requests of programs that the gateway answered by an error, by its code',
    labels: ['reason'],
  },

  // Money: a credit is a millionth of the token's unit
  aitbc_earned_due_credits_total: { type: 'counter', help: 'Prices of jobs that this miner finished; UNSETTLED' },
  aitbc_earned_redeemed_credits_total: {
    type: 'counter',
    help: 'What the chain paid on vouchers of this miner, fee included',
  },
  aitbc_earned_promised_credits_total: {
    type: 'counter',
    help: 'What clients promised this miner by voucher; UNSETTLED',
  },
  aitbc_receipts_signed_total: { type: 'counter', help: 'Receipts that this miner signed' },
  aitbc_spent_due_credits_total: {
    type: 'counter',
    help: 'Prices of jobs for which this client has a receipt; UNSETTLED',
  },
  aitbc_spent_promised_credits_total: {
    type: 'counter',
    help: 'What this client promised miners by voucher; UNSETTLED',
  },
  aitbc_payment_disputes_total: {
    type: 'counter',
    help: 'Payments that this client refused, by the code of the reason',
    labels: ['reason'],
  },

  aitbc_gateway_budget_credits: {
    type: 'gauge',
    help: 'What a key of the gateway may spend in a day (UTC), by its name',
    labels: ['key'],
  },
  aitbc_gateway_spent_credits: {
    type: 'gauge',
    help: 'What jobs of a key that ended today have cost; UNSETTLED',
    labels: ['key'],
  },
  aitbc_gateway_reserved_credits: {
    type: 'gauge',
    help: 'What running jobs of a key may cost at most; UNSETTLED',
    labels: ['key'],
  },

  // The chain, where the network has one
  aitbc_chain_head_age_seconds: { type: 'gauge', help: 'Age of the newest block that this node knows' },
  aitbc_chain_endpoints: {
    type: 'gauge',
    help: 'Endpoints of the chain by state: new was never asked, good answers, aside is left alone for a while',
    labels: ['state'],
  },
  aitbc_transactions_open: { type: 'gauge', help: 'Transactions of this node that are not settled' },
  aitbc_transactions_total: {
    type: 'counter',
    help: 'Transactions that settled, by the kind of their purpose; outcome is confirmed or failed',
    labels: ['purpose', 'outcome'],
  },
  aitbc_transaction_fees_wei_total: { type: 'counter', help: 'Gas money that settled transactions took' },

  // The network
  aitbc_peers: { type: 'gauge', help: 'Peers that are connected' },
  aitbc_peer_faults_total: {
    type: 'counter',
    help: 'Trouble with other peers, by the code of the error',
    labels: ['reason'],
  },
  aitbc_contradictions_total: {
    type: 'counter',
    help: 'Operators found to contradict themselves, by what they signed twice and by who found it',
    labels: ['kind', 'source'],
  },
  aitbc_mesh_received_bytes_total: { type: 'counter', help: 'Bytes of calls from other peers, gossip and DHT apart' },
  aitbc_mesh_sent_bytes_total: { type: 'counter', help: 'Bytes of calls to other peers, gossip and DHT apart' },
  aitbc_dht_serving: { type: 'gauge', help: '1 where this node answers DHT queries, for others can reach it; else 0' },
  aitbc_directory_offers: { type: 'gauge', help: 'Live offers in the directory of this node' },
  aitbc_known_offers: { type: 'gauge', help: 'Live offers that the client of this node knows' },
  aitbc_synced_offers_sent_total: { type: 'counter', help: 'Offers that other directories handed on to this one' },
  aitbc_synced_offers_taken_total: { type: 'counter', help: 'Of those, the ones that were news' },
  aitbc_scored_miners: {
    type: 'gauge',
    help: 'Miners of whose service something is known, by the tier of their score (A to D, U unknown)',
    labels: ['tier'],
  },
  aitbc_service_points: {
    type: 'gauge',
    help: 'Score of this miner by those that publish what they saw, 0 to 100; without what nobody knows',
  },
  aitbc_service_raters: { type: 'gauge', help: 'Raters that said something of this miner lately, whatever they weigh' },
  aitbc_known_peers_tried_total: { type: 'counter', help: 'Peers of earlier runs that were tried' },
  aitbc_known_peers_reached_total: { type: 'counter', help: 'Of those, the ones that answered' },

  // The machine
  aitbc_model_store_bytes: { type: 'gauge', help: 'Disk that pulled models take' },
  aitbc_model_store_max_bytes: { type: 'gauge', help: 'Disk that pulled models may take (setting modelSpaceMax)' },
  aitbc_content_fetched_bytes_total: { type: 'counter', help: 'Bytes of models that were pulled whole' },
  aitbc_data_folder_free_bytes: { type: 'gauge', help: 'Free space of the disk of the data folder' },
  aitbc_disk_ok: { type: 'gauge', help: '1 while there is room for what this node signs; 0: it takes no new jobs' },
  aitbc_signing_ok: {
    type: 'gauge',
    help: '1 while this node signs; 0: its journal failed, or its clock is off beyond doubt',
  },
  aitbc_clock_offset_seconds: {
    type: 'gauge',
    help: 'Clocks of other miners less the one of this machine where they are apart, else 0',
  },
  aitbc_event_loop_delay_seconds: {
    type: 'gauge',
    help: 'How late timers of this process came since the last scrape',
    labels: ['statistic'],
  },
  aitbc_event_loop_active_seconds_total: { type: 'counter', help: 'Time in which the event loop was at work' },
  process_cpu_seconds_total: { type: 'counter', help: 'Processor time of this process, engines apart' },
  process_resident_memory_bytes: { type: 'gauge', help: 'Memory of this process, engines apart' },
  process_start_time_seconds: { type: 'gauge', help: 'Start of this process since 1970' },
  nodejs_heap_size_used_bytes: { type: 'gauge', help: 'JavaScript heap in use' },

  // Traces
  aitbc_spans_sent_total: { type: 'counter', help: 'Spans that the collector took' },
  aitbc_spans_dropped_total: {
    type: 'counter',
    help: 'Spans that no collector will see, by the reason',
    labels: ['reason'],
  },
} as const satisfies Readonly<Record<string, MetricRow>>

export type MetricName = keyof typeof metricTable
type Of<T extends MetricRow['type']> = {
  [K in MetricName]: (typeof metricTable)[K]['type'] extends T ? K : never
}[MetricName]
export type CounterName = Of<'counter'>
export type GaugeName = Of<'gauge'>
export type HistogramName = Of<'histogram'>
type Words<L extends readonly string[]> = { readonly [I in keyof L]: string }
/** One word for each label of the metric, in their order. An empty one is as good as none. */
export type LabelsOf<K extends MetricName> = (typeof metricTable)[K] extends {
  readonly labels: infer L extends readonly string[]
}
  ? Words<L>
  : readonly []
