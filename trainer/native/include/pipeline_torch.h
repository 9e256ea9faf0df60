/* The C face of libtorch for the Pipeline binding.
 *
 * Rules that hold for every function here:
 *  - the result is a pt_status; values leave through out-pointers, which are only written on success (or set to zero);
 *  - no exception and no C++ object crosses this boundary;
 *  - a pt_tensor is a checked number, not a pointer: 0 means "no tensor", a released or invented one gives
 *    PT_INVALID_HANDLE instead of undefined behaviour;
 *  - a pt_tensor written to an out-pointer is owned by the caller, who releases it with pt_tensor_free;
 *  - the error text, grad mode, inference mode and autocast belong to the calling thread. */
#ifndef PIPELINE_TORCH_H
#define PIPELINE_TORCH_H

#include <stdint.h>

#if defined(_WIN32)
#define PT_API __declspec(dllexport)
#else
#define PT_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Raised whenever a signature, a struct or the meaning of a value below changes. */
#define PT_ABI_VERSION 1

typedef enum pt_status {
  PT_OK = 0,
  PT_TORCH_ERROR = 1,      /* libtorch refused the call */
  PT_NULL_ARGUMENT = 2,    /* a pointer that must be given is null */
  PT_INVALID_HANDLE = 3,   /* a tensor or operator that does not exist (any more) */
  PT_OUT_OF_RANGE = 4,     /* a negative length, an unknown enum value, a buffer of the wrong size */
  PT_UNKNOWN_OPERATOR = 5, /* no operator of that name and overload */
  PT_CAPACITY = 6,         /* the buffer is too small; no result was kept */
  PT_OUT_OF_MEMORY = 7,
  PT_UNKNOWN_ERROR = 8
} pt_status;

typedef uint64_t pt_tensor;

/* ---- errors ---------------------------------------------------------------------------------------------------- */

PT_API int32_t pt_abi_version(void); /* the version itself, not a status */
PT_API int32_t pt_sizeof_value(void);
PT_API int32_t pt_sizeof_tensor_info(void);
/* Text of this thread's last failure, UTF-8; valid until the thread's next failure. Never null. */
PT_API int32_t pt_last_error(const char** text);

/* ---- tensors --------------------------------------------------------------------------------------------------- */

/* dtype, device and memory format numbers are libtorch's own: c10::ScalarType, c10::DeviceType, c10::MemoryFormat. */
typedef struct pt_tensor_info {
  int64_t element_count;
  int32_t dimension_count;
  int32_t dtype;
  int32_t device_type;
  int32_t device_index; /* -1 when the device has none */
  int32_t element_size_bytes;
  int32_t requires_grad;
  int32_t is_leaf;
  int32_t is_contiguous; /* row-major */
} pt_tensor_info;

/* A copy of size_bytes bytes of host memory as a row-major CPU tensor. */
PT_API int32_t pt_tensor_from_memory(const void* data, int64_t size_bytes, const int64_t* sizes, int32_t dimension_count,
                                     int32_t dtype, pt_tensor* out);
/* All elements in row-major order, from any device and any strides, into exactly size_bytes bytes of host memory. */
PT_API int32_t pt_tensor_copy_to_memory(pt_tensor tensor, void* destination, int64_t size_bytes);
/* The address of the first element of a CPU tensor; the others follow by the strides. Valid as long as the storage. */
PT_API int32_t pt_tensor_data(pt_tensor tensor, void** data);
PT_API int32_t pt_tensor_get_info(pt_tensor tensor, pt_tensor_info* info);
/* With too small a capacity: PT_CAPACITY, and *count says how many there are. */
PT_API int32_t pt_tensor_sizes(pt_tensor tensor, int64_t* sizes, int32_t capacity, int32_t* count);
PT_API int32_t pt_tensor_strides(pt_tensor tensor, int64_t* strides, int32_t capacity, int32_t* count);
PT_API int32_t pt_tensor_is_contiguous(pt_tensor tensor, int32_t memory_format, int32_t* result);
/* Releases *tensor and sets it to 0; releasing 0 does nothing, releasing twice gives PT_INVALID_HANDLE. */
PT_API int32_t pt_tensor_free(pt_tensor* tensor);
/* Handles that exist in the whole process at this moment. */
PT_API int32_t pt_live_tensors(int64_t* count);

/* ---- operators ------------------------------------------------------------------------------------------------- */

typedef enum pt_tag {
  PT_NONE = 0,
  PT_DEFAULT = 1, /* the schema's default value */
  PT_TENSOR = 2,  /* 0 is "no tensor" */
  PT_INT = 3,     /* also dtype, layout and memory format */
  PT_DOUBLE = 4,
  PT_BOOL = 5,
  PT_INT_LIST = 6,
  PT_DOUBLE_LIST = 7,
  PT_TENSOR_LIST = 8,
  PT_STRING = 9, /* UTF-8, length bytes */
  PT_DEVICE = 10 /* integer: device type + 256 * (index + 1) */
} pt_tag;

typedef struct pt_value {
  int32_t tag;
  int32_t length; /* elements of a list, bytes of a string, else 0 */
  union {
    pt_tensor tensor;
    int64_t integer; /* also bool */
    double number;
    const int64_t* integers;
    const double* numbers;
    const pt_tensor* tensors;
    const char* text;
  } as;
} pt_value;

/* Finds an ATen operator by name ("aten::sum") and overload ("dim_IntList", or "" for none). Handles live for ever. */
PT_API int32_t pt_operator_find(const char* name, const char* overload, int32_t* handle);
/* Calls an operator through the boxed dispatcher. Missing trailing arguments take the schema's defaults.
 * Results are written in order; a list of tensors becomes consecutive PT_TENSOR values. With results null and
 * capacity 0 the results are dropped: the cheap way to run an in-place operator. */
PT_API int32_t pt_operator_call(int32_t handle, const pt_value* arguments, int32_t argument_count, pt_value* results,
                                int32_t capacity, int32_t* result_count);

/* ---- autograd -------------------------------------------------------------------------------------------------- */

/* gradients and inputs may be null with count 0: ones for scalars, all leaves. */
PT_API int32_t pt_backward(const pt_tensor* tensors, int32_t tensor_count, const pt_tensor* gradients,
                           int32_t gradient_count, int32_t retain_graph, int32_t create_graph, const pt_tensor* inputs,
                           int32_t input_count);
/* Writes input_count tensors to out, 0 for an unused input. */
PT_API int32_t pt_gradients(const pt_tensor* outputs, int32_t output_count, const pt_tensor* inputs, int32_t input_count,
                            const pt_tensor* gradients, int32_t gradient_count, int32_t retain_graph,
                            int32_t create_graph, int32_t allow_unused, pt_tensor* out);
PT_API int32_t pt_tensor_grad(pt_tensor tensor, pt_tensor* out); /* 0 when there is none */
PT_API int32_t pt_tensor_set_grad(pt_tensor tensor, pt_tensor gradient);
PT_API int32_t pt_tensor_set_requires_grad(pt_tensor tensor, int32_t enabled);
PT_API int32_t pt_tensor_retain_grad(pt_tensor tensor);
PT_API int32_t pt_grad_mode_get(int32_t* enabled);
PT_API int32_t pt_grad_mode_set(int32_t enabled);
/* Inference mode nests: each push needs one pop on the same thread. */
PT_API int32_t pt_inference_mode_push(int32_t enabled);
PT_API int32_t pt_inference_mode_pop(void);
PT_API int32_t pt_inference_mode_get(int32_t* enabled);
PT_API int32_t pt_autocast_get(int32_t device_type, int32_t* enabled, int32_t* dtype);
PT_API int32_t pt_autocast_set(int32_t device_type, int32_t enabled, int32_t dtype);
/* Adds +1 or -1 to the nesting depth; leaving the outermost level clears the cache of cast weights. */
PT_API int32_t pt_autocast_nest(int32_t delta, int32_t* depth);
PT_API int32_t pt_autocast_clear_cache(void);

/* ---- random numbers -------------------------------------------------------------------------------------------- */

PT_API int32_t pt_manual_seed(uint64_t seed); /* the default generators of every device */
PT_API int32_t pt_initial_seed(uint64_t* seed);
PT_API int32_t pt_rng_get_state(pt_tensor* state); /* default CPU generator, uint8 */
PT_API int32_t pt_rng_set_state(pt_tensor state);

/* ---- threads and devices --------------------------------------------------------------------------------------- */

PT_API int32_t pt_threads_get(int32_t* intra_op, int32_t* inter_op);
PT_API int32_t pt_threads_set_intra_op(int32_t count);
PT_API int32_t pt_threads_set_inter_op(int32_t count); /* once, before the first parallel inter-op work */
PT_API int32_t pt_cuda_device_count(int32_t* count);
PT_API int32_t pt_cudnn_available(int32_t* available);
/* The texts are valid until the same thread asks again. */
PT_API int32_t pt_torch_version(const char** text);
PT_API int32_t pt_build_config(const char** text);
PT_API int32_t pt_parallel_info(const char** text);

#ifdef __cplusplus
}
#endif
#endif
