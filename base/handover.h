// SPDX-License-Identifier: MPL-2.0
// For the thread sanitizer: what a thread wrote before handover_give is seen by another behind
// handover_take of the same thing. libzmq's pipes, over which it really goes, are not built with
// the sanitizer.
#pragma once

#ifdef __SANITIZE_THREAD__
void __tsan_acquire(void *thing);
void __tsan_release(void *thing);
#define handover_give(thing) __tsan_release((void *)(thing))
#define handover_take(thing) __tsan_acquire((void *)(thing))
#else
#define handover_give(thing) ((void)(thing))
#define handover_take(thing) ((void)(thing))
#endif
