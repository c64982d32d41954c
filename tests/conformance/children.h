/* What the children of some behaviours do: `conformance --role ROLE ARGUMENT …`. The result is the child's exit code: 0 is well. */
#ifndef CHILDREN_H
#define CHILDREN_H

/* write-numbered WRITER (B80) */
int child_writes_numbered(int argc, char **argv);

/* set-timeout HANDLE MILLISECONDS (B87) */
int child_sets_timeout(int argc, char **argv);

/* read-duplicate (B92) */
int child_reads_duplicate(int argc, char **argv);

/* hold NAME (B94) */
int child_holds(int argc, char **argv);

/* uses HANDLE (B103): whether the handle means a slot in this process */
int child_uses(int argc, char **argv);

#endif
