/* Microsoft's annotations: for its own code checker, nothing to a compiler on Linux. */
#ifndef MAILSLOT_SAL_H
#define MAILSLOT_SAL_H

#define _In_
#define _In_opt_
#define _In_z_
#define _In_opt_z_
#define _In_reads_(size)
#define _In_reads_opt_(size)
#define _In_reads_bytes_(size)
#define _In_reads_bytes_opt_(size)
#define _In_reads_z_(size)
#define _In_range_(low, high)
#define _Inout_
#define _Inout_opt_
#define _Inout_z_
#define _Inout_updates_(size)
#define _Inout_updates_z_(size)
#define _Inout_updates_bytes_(size)
#define _Out_
#define _Out_opt_
#define _Out_writes_(size)
#define _Out_writes_opt_(size)
#define _Out_writes_z_(size)
#define _Out_writes_bytes_(size)
#define _Out_writes_bytes_opt_(size)
#define _Out_writes_bytes_to_(size, count)
#define _Out_writes_to_(size, count)
#define _Outptr_
#define _Outptr_opt_
#define _Outptr_result_maybenull_
#define _COM_Outptr_
#define _Ret_maybenull_
#define _Ret_notnull_
#define _Ret_z_
#define _Check_return_
#define _Must_inspect_result_
#define _Success_(condition)
#define _When_(condition, annotations)
#define _Pre_
#define _Post_
#define _Reserved_
#define _Printf_format_string_
#define _Scanf_format_string_
#define _Null_terminated_
#define _Use_decl_annotations_
#define _Analysis_assume_(condition)
#define __analysis_assume(condition)
#define _Acquires_lock_(lock)
#define _Releases_lock_(lock)
#define _Guarded_by_(lock)
#define _Interlocked_operand_
#define _Frees_ptr_opt_
#define _Function_class_(name)
#define _IRQL_requires_max_(level)

/* The annotations of old. The C++ library has variables of these names. */
#ifndef __cplusplus
#define __in
#define __in_opt
#define __in_z
#define __in_ecount(size)
#define __in_bcount(size)
#define __out
#define __out_opt
#define __out_z
#define __out_ecount(size)
#define __out_bcount(size)
#define __inout
#define __inout_opt
#define __inout_ecount(size)
#define __inout_bcount(size)
#define __reserved
#define __deref_out
#define __checkReturn
#endif

#endif
