//! VirtualAlloc, VirtualFree and VirtualProtect: whole pages, over mmap.

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::io::Errno;
use rustix::mm::{Advice, MapFlags, MprotectFlags, ProtFlags, madvise, mmap_anonymous, mprotect, munmap};
use rustix::param::page_size;
use windows_sys::Win32::Foundation::{ERROR_INVALID_ADDRESS, ERROR_NOACCESS, ERROR_NOT_ENOUGH_MEMORY, FALSE, TRUE};
use windows_sys::core::BOOL;

use super::sync::is_in_view;
use crate::boundary::boundary;
use crate::last_error::Win32Error;

const MEM_COMMIT: u32 = 0x1000;
const MEM_RESERVE: u32 = 0x2000;
const MEM_DECOMMIT: u32 = 0x4000;
const MEM_RELEASE: u32 = 0x8000;
const MEM_TOP_DOWN: u32 = 0x10_0000;

/// Regions begin at multiples of it, as on Windows.
pub(super) const GRANULARITY: usize = 0x1_0000;

/// Of pages that are reserved and have no memory.
const RESERVED: u32 = 0;

/// What VirtualAlloc has given out, by its first address.
static REGIONS: Mutex<BTreeMap<usize, Region>> = Mutex::new(BTreeMap::new());

#[derive(Debug)]
struct Region {
    end: usize,
    /// From which address on pages have which protection, up to the next entry. The first entry is the region's start.
    protections: BTreeMap<usize, u32>,
}

impl Region {
    fn protection_at(&self, address: usize) -> u32 {
        self.protections.range(..=address).next_back().map_or(RESERVED, |(_, protection)| *protection)
    }

    fn set_protection(&mut self, range: &Range<usize>, protection: u32) {
        let behind = self.protection_at(range.end);
        self.protections.retain(|start, _| !range.contains(start));
        self.protections.insert(range.start, protection);
        if range.end < self.end {
            self.protections.insert(range.end, behind);
        }
    }

    /// Whether all pages of the range have memory.
    fn is_committed(&self, range: &Range<usize>) -> bool {
        self.protection_at(range.start) != RESERVED
            && self.protections.range(range.clone()).all(|(_, protection)| *protection != RESERVED)
    }
}

/// Reserves address space, or gives it memory, or both. See the header.
///
/// Success leaves the last error alone. Fails with NULL: 8 out of memory, 87 no size or unknown flags, 487 the address is taken, or not
/// reserved.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn VirtualAlloc(
    lpAddress: *mut c_void,
    dwSize: usize,
    flAllocationType: u32,
    flProtect: u32,
) -> *mut c_void {
    boundary(std::ptr::null_mut(), || {
        let protection = protection_of(flProtect)?;
        let kind = flAllocationType & !MEM_TOP_DOWN;
        let is_known = kind != 0 && kind & !(MEM_RESERVE | MEM_COMMIT) == 0;
        if dwSize == 0 || dwSize > isize::MAX as usize - 2 * GRANULARITY || !is_known {
            return Err(Win32Error::INVALID_PARAMETER);
        }
        let mut address = lpAddress as usize;
        let mut range = pages(address, dwSize)?;
        // What SEC_RESERVE reserves has its memory from the start.
        if kind == MEM_COMMIT && is_in_view(&range) {
            return Ok(range.start as *mut c_void);
        }
        let mut regions = regions();
        if kind & MEM_RESERVE != 0 || address == 0 {
            range = reserve(address, dwSize)?;
            let protections = BTreeMap::from([(range.start, RESERVED)]);
            regions.insert(range.start, Region { end: range.end, protections });
            address = range.start;
            if kind & MEM_COMMIT == 0 {
                return Ok(address as *mut c_void);
            }
        }
        let region = region_around(&mut regions, &range)?;
        protect(&range, protection)?;
        region.set_protection(&range, flProtect);
        Ok(range.start as *mut c_void)
    })
}

/// Gives back a region, or the memory behind some of its pages. See the header.
///
/// Success leaves the last error alone. Fails with `FALSE`: 87 a size with MEM_RELEASE or unknown flags, 487 nothing that VirtualAlloc
/// returned.
///
/// # Safety
///
/// The program does not use the pages any more.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn VirtualFree(lpAddress: *mut c_void, dwSize: usize, dwFreeType: u32) -> BOOL {
    boundary(FALSE, || {
        let mut regions = regions();
        let address = lpAddress as usize;
        let whole = regions.get(&address).map(|region| address..region.end);
        match (dwFreeType, dwSize, whole) {
            (MEM_RELEASE, 0, Some(range)) => {
                // SAFETY: the region is this table's, and the caller gives it up.
                unsafe { munmap(lpAddress, range.len()) }.map_err(error_of)?;
                regions.remove(&address);
            }
            (MEM_DECOMMIT, 0, Some(range)) => decommit(&mut regions, &range)?,
            (MEM_RELEASE | MEM_DECOMMIT, 0, None) => return Err(Win32Error(ERROR_INVALID_ADDRESS)),
            (MEM_DECOMMIT, _, _) => decommit(&mut regions, &pages(address, dwSize)?)?,
            _ => return Err(Win32Error::INVALID_PARAMETER),
        }
        Ok(TRUE)
    })
}

/// Changes what may be done with pages that have memory, and tells what could be done with the first. See the header.
///
/// Success leaves the last error alone. Fails with `FALSE`: 87 unknown protection, 487 not such pages, 998 `lpflOldProtect` is NULL.
///
/// # Safety
///
/// `lpflOldProtect` is NULL or points to a DWORD. The program keeps to the new protection.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn VirtualProtect(
    lpAddress: *mut c_void,
    dwSize: usize,
    flNewProtect: u32,
    lpflOldProtect: *mut u32,
) -> BOOL {
    boundary(FALSE, || {
        let protection = protection_of(flNewProtect)?;
        if lpflOldProtect.is_null() {
            return Err(Win32Error(ERROR_NOACCESS));
        }
        let mut regions = regions();
        let range = pages(lpAddress as usize, dwSize)?;
        let region = region_around(&mut regions, &range)?;
        if range.is_empty() || !region.is_committed(&range) {
            return Err(Win32Error(ERROR_INVALID_ADDRESS));
        }
        let before = region.protection_at(range.start);
        protect(&range, protection)?;
        region.set_protection(&range, flNewProtect);
        // SAFETY: not NULL, so the caller promises a DWORD.
        unsafe { lpflOldProtect.write_unaligned(before) };
        Ok(TRUE)
    })
}

fn regions() -> MutexGuard<'static, BTreeMap<usize, Region>> {
    REGIONS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The pages that have a byte of the range.
fn pages(address: usize, size: usize) -> Result<Range<usize>, Win32Error> {
    let end = address.checked_add(size).and_then(|end| end.checked_next_multiple_of(page_size()));
    Ok(address - address % page_size()..end.ok_or(Win32Error::INVALID_PARAMETER)?)
}

fn region_around<'a>(
    regions: &'a mut BTreeMap<usize, Region>,
    range: &Range<usize>,
) -> Result<&'a mut Region, Win32Error> {
    let found = regions.range_mut(..=range.start).next_back();
    let region = found.map(|(_, region)| region).filter(|region| range.end <= region.end);
    region.ok_or(Win32Error(ERROR_INVALID_ADDRESS))
}

/// Reserves address space, at an address or (0) where there is room.
pub(super) fn reserve(address: usize, size: usize) -> Result<Range<usize>, Win32Error> {
    if address != 0 {
        let start = address - address % GRANULARITY;
        let range = start..pages(address, size)?.end;
        // SAFETY: MAP_FIXED_NOREPLACE takes only address space that nobody has.
        let mapped = unsafe {
            mmap_anonymous(start as *mut c_void, range.len(), ProtFlags::empty(), flags() | MapFlags::FIXED_NOREPLACE)
        };
        mapped
            .map_err(|errno| if errno == Errno::NOMEM { error_of(errno) } else { Win32Error(ERROR_INVALID_ADDRESS) })?;
        return Ok(range);
    }
    let size = pages(0, size)?.end;
    // More than is asked for, of which a part is well placed; what is before and behind goes back.
    let all = size + GRANULARITY;
    // SAFETY: the kernel chooses address space that nobody has.
    let mapped = unsafe { mmap_anonymous(std::ptr::null_mut(), all, ProtFlags::empty(), flags()) }.map_err(error_of)?;
    let (mapped_start, mapped_end) = (mapped as usize, mapped as usize + all);
    let start = mapped_start.next_multiple_of(GRANULARITY);
    for rest in [mapped_start..start, start + size..mapped_end] {
        if !rest.is_empty() {
            // SAFETY: a part of what was just mapped, which nobody has seen.
            unsafe { munmap(rest.start as *mut c_void, rest.len()) }.map_err(error_of)?;
        }
    }
    Ok(start..start + size)
}

fn flags() -> MapFlags {
    MapFlags::PRIVATE | MapFlags::NORESERVE
}

fn decommit(regions: &mut BTreeMap<usize, Region>, range: &Range<usize>) -> Result<(), Win32Error> {
    let region = region_around(regions, range)?;
    protect(range, MprotectFlags::empty())?;
    // SAFETY: the pages are a region's of this table, and its owner gives their contents up.
    unsafe { madvise(range.start as *mut c_void, range.len(), Advice::LinuxDontNeed) }.map_err(error_of)?;
    region.set_protection(range, RESERVED);
    Ok(())
}

fn protect(range: &Range<usize>, protection: MprotectFlags) -> Result<(), Win32Error> {
    // SAFETY: the pages are a region's of this table; what its owner does with them is the owner's to know.
    unsafe { mprotect(range.start as *mut c_void, range.len(), protection) }.map_err(error_of)
}

fn protection_of(constant: u32) -> Result<MprotectFlags, Win32Error> {
    Ok(match constant {
        0x01 => MprotectFlags::empty(),
        0x02 => MprotectFlags::READ,
        0x04 | 0x08 => MprotectFlags::READ | MprotectFlags::WRITE,
        0x10 => MprotectFlags::EXEC,
        0x20 => MprotectFlags::READ | MprotectFlags::EXEC,
        0x40 => MprotectFlags::READ | MprotectFlags::WRITE | MprotectFlags::EXEC,
        _ => return Err(Win32Error::INVALID_PARAMETER),
    })
}

fn error_of(errno: Errno) -> Win32Error {
    if errno == Errno::INVAL { Win32Error::INVALID_PARAMETER } else { Win32Error(ERROR_NOT_ENOUGH_MEMORY) }
}
