import type {
  Attachment,
  AttachmentId,
  CompleteUploadInput,
  StartUploadInput,
  Upload,
  UploadAllowance,
} from 'backend/contract'
import { get, post, request } from '../connection/http.client.ts'

/** The REST API of uploads. Every function throws ApiProblem. */

/** Returns which uploads are allowed now. */
export const uploadAllowance = () => get<UploadAllowance>('/uploads')
export const startUpload = (input: StartUploadInput) => post<Upload>('/uploads', input)
/** Completes an upload whose content was transferred. Returns the attachment. */
export const completeUpload = (id: AttachmentId, input: CompleteUploadInput) =>
  post<Attachment>(`/uploads/${encodeURIComponent(id)}/complete`, input)
/** Deletes an upload, complete or not. */
export const cancelUpload = (id: AttachmentId) =>
  request<unknown>({ url: `/uploads/${encodeURIComponent(id)}`, method: 'delete' })
