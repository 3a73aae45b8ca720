/** What programs ask the gateway for over HTTP. */
import { type ErrorEntry, entry } from './error-entry.ts'

export const gatewayErrors = {
  API_KEY: entry(
    25,
    'caller',
    false,
    'the request carries {given}',
    'Send the header "Authorization: Bearer", with the key that aitbc config api-key prints.',
  ),
  // Only the next day or the owner can change it: whoever tries again within seconds only waits longer.
  KEY_BUDGET: entry(
    31,
    'caller',
    false,
    'the key {key} has {left|units} of its {budget|units} a day left, and the job may cost {needed|units}',
    'Name a lower price_max, wait until {until}, or have its owner raise it: {remedy}.',
  ),
  HTTP_FOREIGN: entry(
    26,
    'caller',
    false,
    'a request {how} is not answered',
    'Programs on this machine ask for 127.0.0.1, localhost or [::1]; pages in a browser are not answered.',
  ),
  HTTP_REQUEST: entry(27, 'caller', false, 'the request is not understood: {why}', 'Correct it, then send it again.'),
  HTTP_METHOD: entry(28, 'caller', false, '{method} is not for {path}', 'Use {allowed}.'),
  HTTP_MEDIA_TYPE: entry(
    29,
    'caller',
    false,
    'the request has {given}',
    'Send the header "Content-Type": application/json, or application/octet-stream for binary tensors.',
  ),
  HTTP_SLOW: entry(
    32,
    'caller',
    true,
    'the body of the request came too slowly: {bytes} bytes in {ms} ms',
    'Send it as fast as the line allows, in smaller requests if need be.',
  ),
} as const satisfies Record<string, ErrorEntry>
