// Conv over one or two dimensions, with groups; weights may be constant or computed.
//
// The input is laid out once more, padded and sorted by its place modulo the stride. Then each tap
// of the kernel reads a run of neighbours, however large stride and dilation are, and the whole
// convolution is one product (matrix_product.h) over the flattened, padded image: some sums at the
// ends of rows are of no pixel and left out.
#include <algorithm>

#include "inference/network/matrix_product.h"
#include "inference/network/operators/operator_list.h"

namespace dju::inference {
namespace {

struct Axis {
  std::size_t in = 1, kernel = 1, stride = 1, dilation = 1, before = 0, out = 1;
  std::size_t phase = 1;  // elements of the padded input that have the same place modulo stride
};

struct Geometry {
  std::size_t items = 1, groups = 1, channels = 1, filters = 1;  // the last two of a group
  Axis y, x;

  std::size_t plane() const { return y.phase * x.phase; }
  std::size_t paddedChannel() const { return plane() * y.stride * x.stride; }
  std::size_t depth() const { return channels * y.kernel * x.kernel; }
  // Columns of the product: up to the last pixel of the last row.
  std::size_t run() const { return (y.out - 1) * x.phase + x.out; }
};

class Conv : public Operator {
 public:
  struct Values {
    ValueId in, weights, bias, padded, sums, out;
    bool hasBias;
  };

  Conv(const Geometry& geometry, const Values& values) : g_(geometry), v_(values) {
    for (std::size_t c = 0; c < g_.channels; ++c)
      for (std::size_t ky = 0; ky < g_.y.kernel; ++ky)
        for (std::size_t kx = 0; kx < g_.x.kernel; ++kx)
          offsets_.push_back(static_cast<std::uint32_t>(c * g_.paddedChannel() + tapPlane(ky, kx)));
  }

  void run(const Memory& memory) const noexcept override {
    for (std::size_t item = 0; item < g_.items; ++item) {
      for (std::size_t group = 0; group < g_.groups; ++group) {
        const std::size_t at = item * g_.groups + group;
        pad(memory.floats(v_.in) + at * g_.channels * g_.y.in * g_.x.in,
            memory.floatsToWrite(v_.padded));
        multiplyGroup(memory, group);
        keepPixels(memory.floats(v_.sums),
                   memory.floatsToWrite(v_.out) + at * g_.filters * g_.y.out * g_.x.out);
      }
    }
  }

 private:
  std::size_t tapPlane(std::size_t ky, std::size_t kx) const {
    const std::size_t y = ky * g_.y.dilation, x = kx * g_.x.dilation;
    const std::size_t plane = (y % g_.y.stride) * g_.x.stride + x % g_.x.stride;
    return plane * g_.plane() + y / g_.y.stride * g_.x.phase + x / g_.x.stride;
  }

  void pad(const float* in, float* padded) const noexcept {
    std::fill_n(padded, g_.channels * g_.paddedChannel(), 0.0F);
    for (std::size_t c = 0; c < g_.channels; ++c, padded += g_.paddedChannel()) {
      for (std::size_t y = 0; y < g_.y.in; ++y, in += g_.x.in) {
        const std::size_t row = y + g_.y.before;
        float* plane = padded + (row % g_.y.stride) * g_.x.stride * g_.plane() +
                       row / g_.y.stride * g_.x.phase;
        if (g_.x.stride == 1) {
          std::copy_n(in, g_.x.in, plane + g_.x.before);
          continue;
        }
        for (std::size_t x = 0; x < g_.x.in; ++x) {
          const std::size_t column = x + g_.x.before;
          plane[(column % g_.x.stride) * g_.plane() + column / g_.x.stride] = in[x];
        }
      }
    }
  }

  void multiplyGroup(const Memory& memory, std::size_t group) const noexcept {
    MatrixProduct product;
    product.rows = g_.filters;
    product.depth = product.aStride = g_.depth();
    product.columns = product.outStride = g_.run();
    product.a = memory.floats(v_.weights) + group * g_.filters * g_.depth();
    product.b = memory.floats(v_.padded);
    product.offsets = offsets_.data();
    if (v_.hasBias) product.start = memory.floats(v_.bias) + group * g_.filters;
    product.startRowStride = 1;
    product.out = memory.floatsToWrite(v_.sums);
    multiply(product);
  }

  void keepPixels(const float* sums, float* out) const noexcept {
    for (std::size_t filter = 0; filter < g_.filters; ++filter, sums += g_.run())
      for (std::size_t y = 0; y < g_.y.out; ++y, out += g_.x.out)
        std::copy_n(sums + y * g_.x.phase, g_.x.out, out);
  }

  Geometry g_;
  Values v_;
  std::vector<std::uint32_t> offsets_;
};

Axis axisOf(OperatorContext& context, std::int64_t in, std::int64_t kernel, std::int64_t stride,
            std::int64_t dilation, std::int64_t before, std::int64_t after) {
  constexpr std::int64_t kMost = 65536;
  context.require(stride >= 1 && dilation >= 1 && before >= 0 && after >= 0 && stride <= kMost &&
                      dilation <= kMost && before <= kMost && after <= kMost,
                  "strides, dilations or pads out of range");
  const std::int64_t padded = in + before + after;
  const std::int64_t reach = (kernel - 1) * dilation + 1;
  context.require(reach <= padded, "a kernel that reaches over " + std::to_string(reach) +
                                       " of an input of " + std::to_string(padded));
  const auto size = [](std::int64_t n) { return static_cast<std::size_t>(n); };
  return {size(in),
          size(kernel),
          size(stride),
          size(dilation),
          size(before),
          size((padded - reach) / stride + 1),
          size((padded + stride - 1) / stride)};
}

Geometry geometryOf(OperatorContext& context, const Shape& in, const Shape& weights) {
  const std::size_t spatial = in.size() - 2;
  const std::vector<std::int64_t> ones(spatial, 1);
  const std::int64_t groups = context.integer("group", 1);
  context.require(context.text("auto_pad", "NOTSET") == "NOTSET", "auto_pad is not supported");
  const std::vector<std::int64_t> kernel =
      context.list("kernel_shape", {weights.begin() + 2, weights.end()});
  const std::vector<std::int64_t> strides = context.list("strides", ones);
  const std::vector<std::int64_t> dilations = context.list("dilations", ones);
  const std::vector<std::int64_t> pads =
      context.list("pads", std::vector<std::int64_t>(2 * spatial, 0));
  context.require(groups >= 1 && in[1] == weights[1] * groups && weights[0] % groups == 0 &&
                      kernel == std::vector<std::int64_t>(weights.begin() + 2, weights.end()) &&
                      strides.size() == spatial && dilations.size() == spatial &&
                      pads.size() == 2 * spatial,
                  "input " + textOf(in) + " and weights " + textOf(weights) + " in " +
                      std::to_string(groups) + " groups do not fit");
  const auto axis = [&](std::size_t i) {
    return axisOf(context, in[2 + i], kernel[i], strides[i], dilations[i], pads[i],
                  pads[spatial + i]);
  };
  Geometry geometry;
  geometry.items = static_cast<std::size_t>(in[0]);
  geometry.groups = static_cast<std::size_t>(groups);
  geometry.channels = static_cast<std::size_t>(weights[1]);
  geometry.filters = static_cast<std::size_t>(weights[0] / groups);
  geometry.x = axis(spatial - 1);
  if (spatial == 2) geometry.y = axis(0);
  return geometry;
}

}  // namespace

OperatorPtr makeConv(OperatorContext& context) {
  const Shape& in = context.shape(0);
  const Shape& weights = context.shape(1);
  context.require((in.size() == 3 || in.size() == 4) && weights.size() == in.size(),
                  "input " + textOf(in) + ", weights " + textOf(weights) +
                      "; one and two dimensions are supported");
  const Geometry geometry = geometryOf(context, in, weights);
  context.require(geometry.paddedChannel() < kMaxRunElements,
                  "a padded channel of more than 2^28 elements");
  Conv::Values values{};
  values.in = context.floats(0);
  values.weights = context.floats(1);
  values.hasBias = context.given(2);
  if (values.hasBias) {
    context.require(context.shape(2) == Shape{weights[0]}, "bias " + textOf(context.shape(2)));
    values.bias = context.floats(2);
  }
  values.padded = context.scratch(geometry.channels * geometry.paddedChannel());
  values.sums = context.scratch(geometry.filters * geometry.run());
  Shape out = {in[0], weights[0]};
  if (in.size() == 4) out.push_back(static_cast<std::int64_t>(geometry.y.out));
  out.push_back(static_cast<std::int64_t>(geometry.x.out));
  values.out = context.output(out);
  return std::make_unique<Conv>(geometry, values);
}

}  // namespace dju::inference
