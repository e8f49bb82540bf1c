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

/** What may be uploaded now. */
export const uploadAllowance = () => get<UploadAllowance>('/uploads')
export const startUpload = (input: StartUploadInput) => post<Upload>('/uploads', input)
/** The content is there: what it is, ready to be sent with a message. */
export const completeUpload = (id: AttachmentId, input: CompleteUploadInput) =>
  post<Attachment>(`/uploads/${encodeURIComponent(id)}/complete`, input)
/** Not wanted any more, whether it is complete or not. */
export const cancelUpload = (id: AttachmentId) =>
  request<unknown>({ url: `/uploads/${encodeURIComponent(id)}`, method: 'delete' })
