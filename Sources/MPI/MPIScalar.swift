import CMPI

/// A number type that MPI can send and reduce natively.
public protocol MPIScalar: Comparable, AdditiveArithmetic, Sendable, BitwiseCopyable {
  static var mpiType: MPI_Datatype { get }
}

extension Float: MPIScalar { public static var mpiType: MPI_Datatype { sheaf_mpi_float() } }
extension Double: MPIScalar { public static var mpiType: MPI_Datatype { sheaf_mpi_double() } }
extension Int: MPIScalar { public static var mpiType: MPI_Datatype { sheaf_mpi_int64() } }
extension Int32: MPIScalar { public static var mpiType: MPI_Datatype { sheaf_mpi_int32() } }
extension Int64: MPIScalar { public static var mpiType: MPI_Datatype { sheaf_mpi_int64() } }
extension UInt8: MPIScalar { public static var mpiType: MPI_Datatype { sheaf_mpi_uint8() } }
extension UInt16: MPIScalar { public static var mpiType: MPI_Datatype { sheaf_mpi_uint16() } }
extension UInt32: MPIScalar { public static var mpiType: MPI_Datatype { sheaf_mpi_uint32() } }
extension UInt64: MPIScalar { public static var mpiType: MPI_Datatype { sheaf_mpi_uint64() } }

/// How the ranks' values are combined. Integer sums wrap around, as in MPI.
public enum Reduction: Sendable {
  case sum, max, min

  var mpiOperation: MPI_Op {
    switch self {
    case .sum: return sheaf_mpi_sum()
    case .max: return sheaf_mpi_max()
    case .min: return sheaf_mpi_min()
    }
  }
}
