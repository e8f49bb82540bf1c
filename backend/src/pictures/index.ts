import type { Core, Feature } from '../core.ts'
import type { Groups } from '../groups/index.ts'
import type { Media } from '../media/index.ts'
import { createPictureController } from './picture.controller.ts'
import type { PictureRepository } from './picture.repository.ts'
import { pictureContentRoutes, pictureRoutes } from './picture.routes.ts'
import { RATE_LIMITS } from '../lib/limits/rateLimits.ts'

export { createPictureRepository, type PictureRepository } from './picture.repository.ts'

interface PicturesDeps {
  media: Media
  pictures: PictureRepository
  groups: Groups
}

/** Builds the pictures of users and groups. */
export function createPictures(core: Core, { media, pictures, groups }: PicturesDeps): Feature {
  const { models, delivery, createRateLimit, authenticate } = core
  const { store, images, workFolder } = media
  const pictureLimit = createRateLimit({ name: 'picture_changes', ...RATE_LIMITS.picture_changes })
  const controller = createPictureController({
    models,
    pictures,
    store,
    images,
    workFolder,
    delivery,
    groupService: groups.service,
    groups: groups.controller,
    pictureLimit,
  })
  return {
    mounts: [
      { path: '/', router: pictureContentRoutes(controller, authenticate), readsBodies: true },
      { path: '/pictures', router: pictureRoutes(controller, authenticate) },
    ],
  }
}
