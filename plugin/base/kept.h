/*
 * kept.h - how many blocks of one kind an instance keeps to be used again. None in a build for a
 * sanitizer: it cannot see that a block is used after its end unless that is its end.
 */
#ifndef FCM_BASE_KEPT_H
#define FCM_BASE_KEPT_H

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MOST_KEPT 0u
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MOST_KEPT 0u
#endif
#endif

#ifndef MOST_KEPT
#define MOST_KEPT 64u
#endif

#endif
