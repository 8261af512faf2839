#ifndef SHEAF_CTORCH_AUGMENTATION_H
#define SHEAF_CTORCH_AUGMENTATION_H

// How training samples are changed: tensor arithmetic on the device that holds the sample, without matrix products, so
// that the number of threads of `ctorch_limit_thread` is all that decides how sums are split.

#include "CTorch.h"

#ifdef __cplusplus
extern "C" {
#endif

/// A box of `size` (z, y, x) out of `image` (1, 1, z, y, x; float32) and `marks` (the same shape; uint8). `matrix`,
/// row-major over (z, y, x), takes offsets from the centre of the box to offsets from the centre of the source, in
/// voxels. Intensities are interpolated linearly and marks taken from the nearest voxel; more than half a voxel beyond
/// the outermost centres the intensity is 0 and the mark `outside`.
CTorchStatus ctorch_cut_mapped(const CTorchTensor *image, const CTorchTensor *marks, const double matrix[9],
                               const int64_t size[3], uint8_t outside, CTorchTensor **out_image,
                               CTorchTensor **out_marks);
/// Weights of the places at distance 0 … count − 1 along `axis`, on both sides; beyond its borders the tensor is
/// mirrored at its outermost places.
CTorchStatus ctorch_filter_axis(const CTorchTensor *a, int32_t axis, const double *weights, int32_t count,
                                CTorchTensor **out);
/// mean + factor · (a − mean), kept in the range of `a`.
CTorchStatus ctorch_stretch_contrast(const CTorchTensor *a, double factor, CTorchTensor **out);
/// `a`, scaled to 0 … 1, to the power of `exponent`, with the mean and the standard deviation of `a`; `a` itself when
/// it is flat or not finite.
CTorchStatus ctorch_gamma(const CTorchTensor *a, double exponent, CTorchTensor **out);

#ifdef __cplusplus
}
#endif

#endif
