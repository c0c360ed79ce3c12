// MatMul: of the last two dimensions, the ones before broadcast as NumPy does.
#include <algorithm>

#include "inference/network/matrix_product.h"
#include "inference/network/operators/operator_list.h"

namespace dju::inference {
namespace {

class MatMul : public Operator {
 public:
  MatMul(MatrixProduct product, std::vector<std::size_t> aFirsts, std::vector<std::size_t> bFirsts,
         ValueId a, ValueId b, ValueId out)
      : product_(product),
        aFirsts_(std::move(aFirsts)),
        bFirsts_(std::move(bFirsts)),
        a_(a),
        b_(b),
        out_(out) {
    for (std::size_t k = 0; k < product.depth; ++k)
      offsets_.push_back(static_cast<std::uint32_t>(k * product.columns));
  }

  void run(const Memory& memory) const noexcept override {
    MatrixProduct each = product_;
    each.offsets = offsets_.data();
    each.out = memory.floatsToWrite(out_);
    for (std::size_t i = 0; i < aFirsts_.size(); ++i, each.out += each.rows * each.columns) {
      each.a = memory.floats(a_) + aFirsts_[i];
      each.b = memory.floats(b_) + bFirsts_[i];
      multiply(each);
    }
  }

 private:
  MatrixProduct product_;
  std::vector<std::size_t> aFirsts_, bFirsts_;  // where each matrix begins
  std::vector<std::uint32_t> offsets_;
  ValueId a_, b_, out_;
};

// Where the matrix of each index of `batch` begins in a tensor of this shape.
std::vector<std::size_t> firstsOf(const Shape& batch, const Shape& shape) {
  const std::int64_t matrix = shape[shape.size() - 2] * shape.back();
  std::vector<std::size_t> firsts;
  for (std::int64_t i = 0; i < elementsOf(batch); ++i) {
    std::int64_t rest = i, first = 0, stride = matrix;
    for (std::size_t d = 0; d < batch.size(); ++d) {
      const std::int64_t index = rest % batch[batch.size() - 1 - d];
      rest /= batch[batch.size() - 1 - d];
      if (d + 2 >= shape.size()) continue;
      const std::int64_t size = shape[shape.size() - 3 - d];
      first += size == 1 ? 0 : index * stride;
      stride *= size;
    }
    firsts.push_back(static_cast<std::size_t>(first));
  }
  return firsts;
}

}  // namespace

OperatorPtr makeMatMul(OperatorContext& context) {
  context.require(context.inputs() == 2, "needs two inputs");
  const Shape& a = context.shape(0);
  const Shape& b = context.shape(1);
  const auto misfit = [&] {
    context.refuse("shapes " + textOf(a) + " and " + textOf(b) + " do not fit");
  };
  if (a.size() < 2 || b.size() < 2 || a.back() != b[b.size() - 2]) misfit();
  Shape batch(std::max(a.size(), b.size()) - 2, 1);
  for (std::size_t d = 0; d < batch.size(); ++d) {
    const std::int64_t inA = d + 2 < a.size() ? a[a.size() - 3 - d] : 1;
    const std::int64_t inB = d + 2 < b.size() ? b[b.size() - 3 - d] : 1;
    if (inA != inB && inA != 1 && inB != 1) misfit();
    batch[batch.size() - 1 - d] = std::max(inA, inB);
  }
  MatrixProduct product;
  product.rows = static_cast<std::size_t>(a[a.size() - 2]);
  product.depth = product.aStride = static_cast<std::size_t>(a.back());
  product.columns = product.outStride = static_cast<std::size_t>(b.back());
  Shape out = batch;
  out.push_back(a[a.size() - 2]);
  out.push_back(b.back());
  const ValueId left = context.floats(0), right = context.floats(1), result = context.output(out);
  std::vector<std::size_t> aFirsts = firstsOf(batch, a), bFirsts = firstsOf(batch, b);
  if (elementsOf(b) == b[b.size() - 2] * b.back() && a.size() > 2) {
    // One matrix for all: its rows follow each other.
    product.rows = static_cast<std::size_t>(elementsOf(a) / a.back());
    aFirsts = bFirsts = {0};
  }
  return std::make_unique<MatMul>(product, std::move(aFirsts), std::move(bFirsts), left, right,
                                  result);
}

}  // namespace dju::inference
