/** Turns scores into d loss / d scores: softmax, less 1 at the right class. @returns the cross-entropy loss */
export function softmaxGradient(scores: Float64Array, classIndex: number): number {
  const greatest = scores.reduce((a, b) => Math.max(a, b))
  let sum = 0
  for (let i = 0; i < scores.length; i++) {
    scores[i] = Math.exp(scores[i]! - greatest)
    sum += scores[i]!
  }
  for (let i = 0; i < scores.length; i++) scores[i]! /= sum
  const loss = -Math.log(Math.max(scores[classIndex]!, Number.MIN_VALUE))
  scores[classIndex]! -= 1
  return loss
}
