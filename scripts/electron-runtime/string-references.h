/*
 * Included before everything else when better-sqlite3 is compiled for the development runtime.
 *
 * better-sqlite3 keeps references to strings, which Node-API has since version 10; the development runtime knows version 9, where
 * only objects can be referred to. So a string is put into an array of its own, and that is referred to. Which references are
 * such arrays is told by the lowest bit of their address, which is otherwise always 0.
 *
 * Declaring the addon experimental would give it such references too, but then Node 20 runs its finalizers inside the garbage
 * collector, and aborts the process when that happens while an error is being thrown.
 */
#pragma once
#include <cstdint>
#include <node_api.h>

namespace boxed {

inline bool IsBox(napi_ref ref) { return (reinterpret_cast<uintptr_t>(ref) & 1) != 0; }
inline napi_ref Mark(napi_ref ref) { return reinterpret_cast<napi_ref>(reinterpret_cast<uintptr_t>(ref) | 1); }
inline napi_ref Plain(napi_ref ref) { return reinterpret_cast<napi_ref>(reinterpret_cast<uintptr_t>(ref) & ~uintptr_t{1}); }

inline napi_status CreateReference(napi_env env, napi_value value, uint32_t count, napi_ref* result) {
  napi_valuetype type;
  napi_status status = napi_typeof(env, value, &type);
  if (status != napi_ok) return status;
  if (type == napi_object || type == napi_function || type == napi_symbol || type == napi_external) {
    return napi_create_reference(env, value, count, result);
  }
  napi_value box;
  status = napi_create_array_with_length(env, 1, &box);
  if (status == napi_ok) status = napi_set_element(env, box, 0, value);
  if (status == napi_ok) status = napi_create_reference(env, box, count, result);
  if (status == napi_ok) *result = Mark(*result);
  return status;
}

inline napi_status GetReferenceValue(napi_env env, napi_ref ref, napi_value* result) {
  napi_status status = napi_get_reference_value(env, Plain(ref), result);
  if (status != napi_ok || !IsBox(ref) || *result == nullptr) return status;
  return napi_get_element(env, *result, 0, result);
}

inline napi_status DeleteReference(napi_env env, napi_ref ref) { return napi_delete_reference(env, Plain(ref)); }
inline napi_status Ref(napi_env env, napi_ref ref, uint32_t* count) { return napi_reference_ref(env, Plain(ref), count); }
inline napi_status Unref(napi_env env, napi_ref ref, uint32_t* count) { return napi_reference_unref(env, Plain(ref), count); }

}  // namespace boxed

#define napi_create_reference boxed::CreateReference
#define napi_get_reference_value boxed::GetReferenceValue
#define napi_delete_reference boxed::DeleteReference
#define napi_reference_ref boxed::Ref
#define napi_reference_unref boxed::Unref
