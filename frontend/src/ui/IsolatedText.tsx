import { isolatedParts } from '../lib/isolate.ts'

/** Shows a sentence. Each text marked by `isolate` has a direction of its own: a right-to-left name does not move the words around it. */
export function IsolatedText({ text }: { text: string }) {
  return isolatedParts(text).map((part, index) =>
    // The key is the place: parts of a sentence have nothing else to tell them apart.
    // oxlint-disable-next-line react/no-array-index-key
    part.isIsolated ? <bdi key={index}>{part.text}</bdi> : part.text,
  )
}
