/*
 * Included before everything else when better-sqlite3 is compiled for the development runtime.
 *
 * The addon is declared experimental there (it needs references to strings, which Node-API 9 has only as such). Node 20 runs the
 * finalizers of experimental addons inside the garbage collector and aborts the process when one of them deletes a reference,
 * which better-sqlite3's do. So each is posted to the event loop instead, as Node-API does for every addon that is not
 * experimental.
 */
#pragma once
#include <node_api.h>

extern "C" napi_status NAPI_CDECL node_api_post_finalizer(napi_env env, napi_finalize finalize, void* data, void* hint);

namespace deferred {

struct Finalizer {
  napi_finalize run;
  void* hint;
};

inline void NAPI_CDECL RunLater(napi_env env, void* data, void* hint) {
  Finalizer* finalizer = static_cast<Finalizer*>(hint);
  finalizer->run(env, data, finalizer->hint);
  delete finalizer;
}

inline void NAPI_CDECL Post(napi_env env, void* data, void* hint) {
  node_api_post_finalizer(env, RunLater, data, hint);
}

inline napi_status Wrap(napi_env env, napi_value object, void* native, napi_finalize finalize, void* hint, napi_ref* result) {
  if (finalize == nullptr) return napi_wrap(env, object, native, nullptr, nullptr, result);
  return napi_wrap(env, object, native, Post, new Finalizer{finalize, hint}, result);
}

inline napi_status AddFinalizer(
  napi_env env, napi_value object, void* data, napi_finalize finalize, void* hint, napi_ref* result) {
  return napi_add_finalizer(env, object, data, Post, new Finalizer{finalize, hint}, result);
}

inline napi_status CreateExternal(napi_env env, void* data, napi_finalize finalize, void* hint, napi_value* result) {
  if (finalize == nullptr) return napi_create_external(env, data, nullptr, nullptr, result);
  return napi_create_external(env, data, Post, new Finalizer{finalize, hint}, result);
}

}  // namespace deferred

#define napi_wrap deferred::Wrap
#define napi_add_finalizer deferred::AddFinalizer
#define napi_create_external deferred::CreateExternal
