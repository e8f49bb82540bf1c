import type { ConversationId } from 'backend/contract'
import { remove, request } from '../connection/http.client.ts'
import type { PictureCrop } from './pictureCrop.model.ts'

/** The REST API of profile and group pictures. Every function throws ApiProblem. */

/** The owner of the picture: the signed-in user, or a group. */
export type PictureOwner = 'me' | { groupId: ConversationId }

/** @param onProgress gets 0 to 1 */
export const putPicture = (
  owner: PictureOwner,
  file: Blob,
  crop: PictureCrop | null,
  onProgress: (done: number) => void,
) =>
  request<unknown>({
    url: pictureUrl(owner),
    method: 'put',
    data: file,
    params: crop ?? {},
    // Without it axios would send the file as a form.
    headers: { 'Content-Type': file.type || 'application/octet-stream' },
    timeout: 0,
    onUploadProgress: ({ loaded, total }) => onProgress(total ? loaded / total : 0),
  })
export const dropPicture = (owner: PictureOwner) => remove(pictureUrl(owner))

const pictureUrl = (owner: PictureOwner): string =>
  owner === 'me' ? '/auth/me/picture' : `/groups/${encodeURIComponent(owner.groupId)}/picture`
