import type { AttachmentId, ConversationId } from 'backend/contract'
import { create } from 'zustand'

interface LightboxState {
  shown: { conversationId: ConversationId; id: AttachmentId } | null
}

export const useLightbox = create<LightboxState>()(() => ({ shown: null }))

/** Opens the lightbox at an image of a conversation. */
export function showImage(conversationId: ConversationId, id: AttachmentId): void {
  useLightbox.setState({ shown: { conversationId, id } })
}

/** Closes the picture. */
export function closeLightbox(): void {
  useLightbox.setState({ shown: null })
}
