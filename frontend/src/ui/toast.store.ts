import { create } from 'zustand'

export interface Toast {
  id: number
  text: string
  tone: 'done' | 'error'
}

export const useToasts = create<{ toasts: Toast[] }>()(() => ({ toasts: [] }))

let last = 0

/** Shows one sentence for a few seconds. Names in it are marked by `isolate`. A text that must not be missed belongs into the page instead. */
export function showToast(text: string, tone: Toast['tone'] = 'done'): void {
  last += 1
  const toast = { id: last, text, tone }
  // One is read at a time, and an older one may contradict it. Only a refusal stays beside a later success.
  useToasts.setState(({ toasts }) => ({
    toasts: [...(tone === 'error' ? [] : toasts.filter((each) => each.tone === 'error')), toast],
  }))
}

/** Removes a toast. */
export function dismissToast(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }))
}
