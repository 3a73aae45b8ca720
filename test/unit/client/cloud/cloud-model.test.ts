import { describe, expect, it } from 'vitest'
import { cloudMappingText, cloudModelText, parseCloudMapping } from '../../../../node/client/cloud/cloud-model.ts'

describe('a mapping of a model to what a cloud calls it', () => {
  it.each([
    ['characters=letters', { model: 'characters', target: { operation: 'infer', name: 'letters' } }],
    ['characters=letters@2', { model: 'characters', target: { operation: 'infer', name: 'letters', version: '2' } }],
    [
      'notes=embeddings:text-embedding-3-small>vector',
      { model: 'notes', target: { operation: 'embeddings', name: 'text-embedding-3-small', output: 'vector' } },
    ],
    [
      'talk=chat:meta-llama/llama-3.3-70b:free',
      { model: 'talk', target: { operation: 'chat', name: 'meta-llama/llama-3.3-70b:free', output: 'output' } },
    ],
    [
      'rest=completions:@cf/x',
      { model: 'rest', target: { operation: 'completions', name: '@cf/x', output: 'output' } },
    ],
  ])('is read: %s', (text, mapping) => {
    expect(parseCloudMapping(text)).toEqual(mapping)
    expect(parseCloudMapping(cloudMappingText(mapping as never))).toEqual(mapping)
  })

  it.each([
    '',
    'characters',
    '=letters',
    'characters=',
    'characters=a b',
    'a b=c',
    'x=@2',
    'x=a@',
    'x=a@1@2',
    'x=chat:',
  ])('is none: %j', (text) => expect(parseCloudMapping(text)?.target.operation === 'chat').toBe(false))

  it('is shown with its version, where it names one', () => {
    expect(cloudModelText({ operation: 'infer', name: 'a', version: '2' })).toBe('a@2')
    expect(cloudModelText({ operation: 'chat', name: 'a', output: 'o' })).toBe('a')
  })
})
